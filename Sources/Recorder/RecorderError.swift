import Diagnostics
import Kafka
import Tape
import WebSocket

/// Why a recording could not be made or go on.
public enum RecorderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A setting out of its range: a usage error.
    case badOption(name: String, given: String, accepted: String)
    /// The file of symbols cannot be read.
    case symbolsFile(path: String, reason: String)
    /// The server does not accept the key.
    case refused(WebSocketError)
    /// The tape cannot be written.
    case tape(TapeError)
    /// A connection or an address cannot be.
    case socket(WebSocketError)
    /// Kafka's client refuses its settings.
    case kafka(KafkaError)
    /// The file of what was published cannot be used.
    case watermark(path: String, reason: String)

    /// Whether the caller's settings are at fault: exit code 2.
    public var isUsage: Bool {
        switch self {
        case .badOption: true
        case .kafka(let error): error.isUsage
        case .socket(let error): error.kind == .address
        case .tape(let error): if case .badSetting = error.code { true } else { false }
        default: false
        }
    }

    /// One line: what, where, and what to do about it.
    public var description: String {
        let text =
            switch self {
            case .badOption(let name, let given, let accepted): "\(name) '\(given)' is not accepted: use \(accepted)"
            case .symbolsFile(let path, let reason): "--symbols-file \(path): \(reason): check path and permissions"
            case .refused(let error):
                "\(error): the key is missing, wrong or revoked: set FINNHUB_TOKEN or FINNHUB_TOKEN_FILE"
            case .tape(let error): "\(error)"
            case .socket(let error): "\(error)"
            case .kafka(let error): "\(error)"
            case .watermark(let path, let reason):
                "\(path): \(reason): remove the file to publish from the new recording on"
            }
        return Redaction.urls(in: text)
    }
}
