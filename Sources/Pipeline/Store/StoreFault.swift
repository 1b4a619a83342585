/// Why one attempt at the store did not succeed.
enum StoreFault: Error, Sendable, Equatable {
    /// Nothing is known of the outcome, or it is not durable: send again what has no answer. `kind` names the class of
    /// pipeline.md, section 6, for counters.
    case retry(kind: String, message: String)
    /// Repeated until patience ended.
    case exhausted(String)
    /// Repeating cannot help; the run ends with exit 1. The message is one line with the remedy.
    case fatal(String)
    /// The run is being abandoned: no further attempt.
    case abandoned
}
