/// A server's key: shows as `***` wherever it is printed.
public struct RecorderToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    /// Takes a key; white space around it is none of it.
    ///
    /// - Returns: nil if it is empty or holds white space or control characters.
    public init?(_ text: String) {
        let trimmed = text.drop { $0.isWhitespace }
        let end = trimmed.lastIndex { !$0.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex
        let key = trimmed[..<end]
        guard !key.isEmpty, key.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return nil }
        self.text = String(key)
    }

    /// `***`.
    public var description: String { "***" }
    /// `***`.
    public var debugDescription: String { "***" }
    /// Nothing to see.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// The query that carries it; secret.
    var query: String { "token=\(encoded)" }

    private var encoded: String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return out
    }

    /// Takes the key out of a text that a server sent, as we gave it and as a query carries it.
    func redact(_ message: String) -> String {
        message.replacing(encoded, with: "***").replacing(text, with: "***")
    }
}
