/// Appends to room that was made before: text, numbers, bytes.
extension OutputSpan where Element == UInt8 {
    /// Appends a text.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends bytes.
    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= freeCapacity)
        withUnsafeMutableBufferPointer { space, count in
            guard let target = space.baseAddress, let source = bytes.baseAddress else { return }
            (target + count).initialize(from: source, count: bytes.count)
            count += bytes.count
        }
    }

    /// Appends a number in decimal digits.
    @inline(__always)
    mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let digits = Self.digits(of: rest)
        precondition(digits <= freeCapacity)
        withUnsafeMutableBufferPointer { space, count in
            guard let target = space.baseAddress else { return }
            var place = count + digits
            while place > count {
                place -= 1
                (target + place).initialize(to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
            count += digits
        }
    }

    private static func digits(of number: UInt64) -> Int {
        // 1233 / 4096 is a little more than the digits that a bit is worth.
        let estimate = ((64 - number.leadingZeroBitCount) * 1233) >> 12
        return Swift.max(1, number >= powersOfTen[estimate] ? estimate + 1 : estimate)
    }
}

private let powersOfTen: [UInt64] = (0..<19).reduce(into: [1]) { powers, place in powers.append(powers[place] * 10) }
