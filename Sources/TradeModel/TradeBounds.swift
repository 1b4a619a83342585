/// The bounds of what is accepted (design: finnhub.md, section 1.3).
public enum TradeBounds {
    /// Bytes of a message.
    public static let message = 1 << 20
    /// Arrays and objects open at once.
    public static let nesting = 16
    /// Bytes of a symbol in UTF-8.
    public static let symbol = 1...128
    /// Prices.
    public static let price = 1e-12...1e12
    /// Volumes.
    public static let volume = 0...1e24
    /// Trade times in ms: the years 2000 to 2100, both included.
    public static let time: ClosedRange<Int64> = 946_684_800_000...4_133_980_799_999

    /// Whether a text may be a symbol: 1 to 128 bytes without control, format or line-separator characters.
    public static func isSymbol(_ text: String) -> Bool {
        guard symbol.contains(text.utf8.count) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            if scalar.value < 0x7F { return scalar.value >= 0x20 }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: return false
            default: return true
            }
        }
    }
}
