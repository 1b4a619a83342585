/// Numbers symbols from 0, in the order of first sight.
public struct SymbolNumbers: Sendable {
    /// The symbols; the number of each is its index.
    public private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]

    /// Knows no symbol yet.
    public init() {}

    /// The number of a symbol; nil: not seen yet.
    public func known(_ name: String) -> Int? { numbers[name] }

    /// The number of a symbol, and whether it is its first sight.
    public mutating func number(of name: String) -> (number: Int, isNew: Bool) {
        if let known = numbers[name] { return (known, false) }
        let number = names.count
        numbers[name] = number
        names.append(name)
        return (number, true)
    }
}
