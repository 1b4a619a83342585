extension ValueKind where Value == Int {
    /// A whole number in a range.
    static func integer(_ placeholder: String = "N", _ range: ClosedRange<Int>) -> Self {
        Self(placeholder, accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard let number = Digits.integer(text).flatMap(Int.init(exactly:)), range.contains(number) else {
                return nil
            }
            return number
        }
    }

    /// A size in bytes: `256MiB`, `64kB`, `4096`.
    static func size(_ range: ClosedRange<Int>) -> Self {
        let span = "from \(SizeText.shown(range.lowerBound)) to \(SizeText.shown(range.upperBound))"
        return Self("SIZE", accepted: "a size such as 64KiB, 256MiB or 1GiB, \(span)") { text in
            guard let bytes = SizeText.bytes(text), range.contains(bytes) else { return nil }
            return bytes
        }
    }
}

extension ValueKind where Value == Int64 {
    /// A whole number of 64 bits in a range.
    static func integer64(_ placeholder: String = "N", _ range: ClosedRange<Int64>) -> Self {
        Self(placeholder, accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard let number = Digits.integer(text), range.contains(number) else { return nil }
            return number
        }
    }
}

extension ValueKind where Value == UInt64 {
    /// A seed: any whole number of 64 bits.
    static let seed = Self("SEED", accepted: "a whole number from 0 to \(UInt64.max)") { text in
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
    }
}

extension ValueKind where Value == Double {
    /// A decimal number in a range.
    static func decimal(_ placeholder: String = "X", _ range: ClosedRange<Double>) -> Self {
        Self(placeholder, accepted: "a number from \(shown(range.lowerBound)) to \(shown(range.upperBound))") { text in
            guard let number = Digits.decimal(text), range.contains(number) else { return nil }
            return number
        }
    }

    private static func shown(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15 ? String(Int64(number)) : "\(number)"
    }
}

/// Numbers as people write them, and nothing else that Swift's initialisers would take (`+1`, `0x10`, `nan`).
enum Digits {
    /// A whole number: an optional minus and decimal digits.
    static func integer(_ text: String) -> Int64? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// A decimal number: optional minus, digits, optional fraction, optional exponent.
    static func decimal(_ text: String) -> Double? {
        guard text.wholeMatch(of: #/-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/#) != nil, let number = Double(text) else {
            return nil
        }
        return number.isFinite ? number : nil
    }
}
