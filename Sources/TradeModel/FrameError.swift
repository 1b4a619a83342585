/// Why a message, a trade or a record's identity was refused, and where.
///
/// The sender's bytes are at fault: whoever records keeps them verbatim, whoever consumes counts them and goes on.
public struct FrameError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rule that failed; of several the one that stands first here, whatever the order of the keys.
    ///
    /// The raw values are the reasons of dead letters.
    public enum Reason: String, Sendable, CaseIterable {
        /// Not one UTF-8 JSON object (RFC 8259).
        case notJSON = "not_json"
        /// JSON, but none of the known forms: no `type`, a key twice, over 1 MiB, nested too deep.
        case unknownShape = "unknown_shape"
        /// `s`, `p`, `t` or `v` is not there.
        case missingField = "missing_field"
        /// A field of the wrong JSON type.
        case badType = "bad_type"
        /// `s` is empty, too long or not printable.
        case badSymbol = "bad_symbol"
        /// `p` is out of bounds.
        case badPrice = "bad_price"
        /// `v` is out of bounds.
        case badVolume = "bad_volume"
        /// `t` is not a whole number of milliseconds in the years 2000 to 2100.
        case badTime = "bad_time"
        /// A sale condition that is no text.
        case badConditions = "bad_conditions"
        /// The header `tape` of a Kafka record is absent, repeated or malformed.
        case badIdentity = "bad_identity"
    }

    /// Byte in the message at which the fault shows, from 0.
    public var offset: Int
    /// The rule that failed.
    public var reason: Reason
    /// What was found and what is allowed; one line, whatever the message held.
    public var detail: String

    /// Makes an error.
    public init(offset: Int, reason: Reason, detail: String) {
        self.offset = offset
        self.reason = reason
        self.detail = detail
    }

    /// One line: reason, place, what was found.
    public var description: String { "\(reason.rawValue) at byte \(offset): \(detail)" }

    static func notJSON(_ offset: Int, _ detail: String) -> FrameError {
        FrameError(offset: offset, reason: .notJSON, detail: detail)
    }
    static func unknownShape(_ offset: Int, _ detail: String) -> FrameError {
        FrameError(offset: offset, reason: .unknownShape, detail: detail)
    }

    /// At most 40 bytes of a message as printable ASCII, so that no error text carries an escape sequence or a line end.
    static func excerpt(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        var shown = ""
        for index in range.prefix(40) {
            let byte = text[index]
            if (0x20..<0x7F).contains(byte) {
                shown.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                shown += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return range.count > 40 ? shown + "..." : shown
    }
}
