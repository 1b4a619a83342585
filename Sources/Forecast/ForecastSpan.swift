/// A length in trades or in time, as options write it.
enum ForecastSpan: Equatable {
    case trades(Int)
    case milliseconds(Int64)

    static let maximumTrades = 1_000_000
    static let maximumMilliseconds: Int64 = 30 * 86_400_000

    /// Nil unless the text is a positive whole number with a known unit, within bounds.
    init?(parsing text: String) {
        let digits = text.utf8.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard !digits.isEmpty, let number = Int64(String(Substring(digits))) else { return nil }
        switch String(text.utf8.dropFirst(digits.count)) {
        case "", "t": self = .trades(Int(number))
        case "ms": self = .milliseconds(number)
        case "s":
            let (product, overflow) = number.multipliedReportingOverflow(by: 1_000)
            guard !overflow else { return nil }
            self = .milliseconds(product)
        default: return nil
        }
        guard isWithinBounds else { return nil }
    }

    var isWithinBounds: Bool {
        switch self {
        case .trades(let count): count >= 1 && count <= Self.maximumTrades
        case .milliseconds(let time): time >= 1 && time <= Self.maximumMilliseconds
        }
    }

    var token: String {
        switch self {
        case .trades(let count): String(count)
        case .milliseconds(let time): time % 1_000 == 0 ? "\(time / 1_000)s" : "\(time)ms"
        }
    }

    var words: String {
        switch self {
        case .trades(let count): count == 1 ? "1 trade" : "\(count) trades"
        case .milliseconds(let time) where time % 1_000 == 0:
            time == 1_000 ? "1 second" : "\(time / 1_000) seconds"
        case .milliseconds(let time): time == 1 ? "1 millisecond" : "\(time) milliseconds"
        }
    }
}
