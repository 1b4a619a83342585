/// How often and how long the store is tried again: 100 ms doubling to 10 s, full jitter (pipeline.md, section 6).
///
/// Clock, random source and sleep are given, so that tests wait for nothing.
struct StorePatience: Sendable {
    static let first = Duration.milliseconds(100)
    static let longest = Duration.seconds(10)

    /// Gives up after this long without success; nil: never.
    var limit: Duration?
    /// A monotonic clock.
    var now: @Sendable () -> ContinuousClock.Instant
    /// A number in 0..<1.
    var random: @Sendable () -> Double
    /// Sleeps; false if the run was abandoned meanwhile.
    var sleep: @Sendable (Duration) -> Bool
    /// Told of each retry: class and message.
    var note: @Sendable (_ kind: String, _ message: String) -> Void

    /// The pause before a retry.
    ///
    /// - Parameter attempt: how many attempts have failed, from 1.
    /// - Returns: a time to sleep.
    func pause(after attempt: Int) -> Duration {
        var ceiling = Self.first
        for _ in 1..<max(1, min(attempt, 20)) where ceiling < Self.longest { ceiling *= 2 }
        return min(ceiling, Self.longest) * random()
    }
}

extension StorePatience {
    /// Repeats an operation until it succeeds, fails for good, or patience ends.
    func repeating<R>(_ operation: () throws(StoreFault) -> R) throws(StoreFault) -> R {
        let start = now()
        var attempt = 0
        while true {
            do throws(StoreFault) {
                return try operation()
            } catch {
                attempt += 1
                try wait(after: attempt, since: start, error)
            }
        }
    }

    /// Waits before the next attempt, or throws what ends the attempts.
    func wait(after attempt: Int, since start: ContinuousClock.Instant, _ fault: StoreFault) throws(StoreFault) {
        guard case .retry(let kind, let message) = fault else { throw fault }
        note(kind, message)
        let pause = pause(after: attempt)
        if let limit, now() + pause - start > limit {
            throw .exhausted("\(message); gave up after \(limit)")
        }
        guard sleep(pause) else { throw .abandoned }
    }
}
