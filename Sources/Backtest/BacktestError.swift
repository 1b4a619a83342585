/// Why a backtest gives no report.
public enum BacktestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A setting is outside its range.
    case badSetting(name: String, given: String, accepted: String)
    /// A gate cannot be understood.
    case badGate(text: String, why: String)
    /// Two streams hold trades of one symbol for the same time.
    case overlappingStreams(symbol: String, first: String, second: String, sequence: Int64)
    /// The tapes hold no line.
    case noLines
    /// The temporary file that the second pass reads could not be used.
    case spool(call: String, folder: String, number: Int32, text: String)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .badSetting(let name, let given, let accepted):
            "\(name) \(given): not accepted; give \(accepted)"
        case .badGate(let text, let why):
            "--fail-if '\(text)': \(why)"
        case .overlappingStreams(let symbol, let first, let second, let sequence):
            "streams \(first) and \(second) both hold trades of \(symbol) over the same time (\(first) comes back at seq "
                + "\(sequence)), so that each would count twice; give one of the tapes only"
        case .noLines:
            "the tapes hold no line to score; check the paths and the window"
        case .spool(let call, let folder, let number, let text):
            "temporary file in \(folder): \(call) failed (\(text), error \(number)); "
                + "free space there, or set TMPDIR to a folder with room: 64 bytes a scored trade"
        }
    }
}
