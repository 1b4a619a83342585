/// What texts an option takes and what they mean.
///
/// Reading a value and wording what is accepted stand side by side, so that the help, the refusal and the parser cannot
/// drift apart.
struct ValueKind<Value: Sendable>: Sendable {
    /// What stands for the value in help, such as `DURATION`.
    let placeholder: String
    /// What is accepted, range included, as it completes the sentence "takes …".
    let accepted: String
    /// The value, or `nil` for a text that is not accepted.
    let parse: @Sendable (String) -> Value?

    init(_ placeholder: String, accepted: String, parse: @escaping @Sendable (String) -> Value?) {
        self.placeholder = placeholder
        self.accepted = accepted
        self.parse = parse
    }

    /// The same texts, with another meaning.
    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other?) -> ValueKind<Other> {
        let parse = self.parse
        return ValueKind<Other>(placeholder, accepted: accepted) { text in parse(text).flatMap(transform) }
    }
}

extension ValueKind where Value == String {
    /// Any text that is not empty.
    static func text(_ placeholder: String, accepted: String = "a text that is not empty") -> Self {
        Self(placeholder, accepted: accepted) { $0.isEmpty ? nil : $0 }
    }

    /// The path of a file or folder.
    static let path = text("FILE", accepted: "the path of a file")
}

extension ValueKind where Value == Bool {
    /// A switch: a flag alone says yes; in environment and files the words below are taken.
    static let flag = Self("", accepted: "true or false (also yes, no, on, off, 1, 0)") { text in
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words.
    static func choice(_ placeholder: String) -> Self {
        let words = Value.allCases.map(\.rawValue)
        return Self(placeholder, accepted: words.joined(separator: " or ")) { Value(rawValue: $0) }
    }
}

extension ValueKind where Value == [String] {
    /// Symbols with commas between them; spaces belong to the symbol.
    static let symbols = Self("A,B", accepted: "symbols with commas between them, such as AAPL,BINANCE:BTCUSDT") {
        text in
        let symbols = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return symbols.contains(where: \.isEmpty) || symbols.isEmpty ? nil : symbols
    }
}
