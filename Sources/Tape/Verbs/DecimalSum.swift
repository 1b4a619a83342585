/// A sum of decimal numbers as they were written, without rounding.
struct DecimalSum: Sendable, Equatable {
    private var mantissa: Int128 = 0
    /// Digits behind the point.
    private var scale = 0
    /// What could not be added without rounding.
    private var rest = 0.0

    /// Adds a JSON number.
    mutating func add(_ text: String) {
        var digits: Int128 = 0
        var places = 0
        var isFraction = false
        var isNegative = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-") where digits == 0 && places == 0: isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (product, over) = digits.multipliedReportingOverflow(by: 10)
                guard !over, places < 18 else { return round(text) }
                digits = product + Int128(byte - UInt8(ascii: "0"))
                if isFraction { places += 1 }
            default: return round(text)
            }
        }
        guard let (left, right) = Self.aligned((mantissa, scale), (isNegative ? -digits : digits, places)) else {
            return round(text)
        }
        let (sum, over) = left.addingReportingOverflow(right)
        guard !over else { return round(text) }
        mantissa = sum
        scale = max(scale, places)
    }

    private mutating func round(_ text: String) { rest += Double(text) ?? 0 }

    private static func aligned(_ one: (Int128, Int), _ other: (Int128, Int)) -> (Int128, Int128)? {
        func raised(_ number: Int128, by places: Int) -> Int128? {
            var number = number
            for _ in 0..<max(0, places) {
                let (product, over) = number.multipliedReportingOverflow(by: 10)
                if over { return nil }
                number = product
            }
            return number
        }
        guard let left = raised(one.0, by: other.1 - one.1), let right = raised(other.0, by: one.1 - other.1) else {
            return nil
        }
        return (left, right)
    }

    /// The sum, without trailing zeros behind the point.
    var text: String {
        var digits = String(mantissa.magnitude)
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        var whole = String(digits.dropLast(scale))
        var fraction = String(digits.suffix(scale))
        while fraction.last == "0" { fraction.removeLast() }
        if mantissa < 0 { whole = "-" + whole }
        let exact = fraction.isEmpty ? whole : "\(whole).\(fraction)"
        return rest == 0 ? exact : "\((Double(exact) ?? 0) + rest)"
    }
}
