import Diagnostics

/// What a verb works with.
struct CommandContext {
    /// Its options and arguments.
    let settings: Settings
    /// Where results go.
    let output: StandardOutput
    /// Where diagnostics go.
    let log: Log
    /// Where progress shows.
    let progress: ProgressLine
    /// Asks for a clean end.
    let signals: SignalRelay

    /// Whether results are asked for in JSON.
    var wantsJSON: Bool { settings[CommonOptions.json] }

    /// The code of a batch verb: what it would be, unless a signal cut it short.
    func code(_ code: ExitCode) -> ExitCode { signals.received.map { .interrupted(signal: $0) } ?? code }
}
