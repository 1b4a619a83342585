/// A header's name, kept as the C string that librdkafka wants, so that no record converts it.
public struct KafkaHeaderName: Sendable, ExpressibleByStringLiteral {
    let characters: [CChar]

    /// Makes a name; a NUL in it would end it there.
    public init(_ name: String) { characters = Array(name.utf8CString) }

    /// Makes a name.
    public init(stringLiteral value: String) { self.init(value) }

    /// The header that carries a trade's identity: `STREAM|SEQ|I|RECEIVE|SEGMENT`.
    public static let tape: KafkaHeaderName = "tape"
}
