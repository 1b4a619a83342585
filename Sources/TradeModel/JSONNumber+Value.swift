extension JSONNumber {
    /// The powers of ten that a double holds exactly.
    static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// The text with the nearest double (ties to even), infinite or 0 beyond a double's range.
    ///
    /// Two exact operands give one correctly rounded operation (Clinger 1990); the rest is left to the standard library,
    /// which reads `text` without regard to the locale.
    @inline(__always)
    func decimal(_ text: Span<UInt8>) -> DecimalText {
        let string = FrameText.string(text, range)
        let magnitude = exponent.magnitude
        let value: Double
        if mantissa <= 1 << 53, magnitude <= 22, !isTruncated {
            let power = Self.powers[Int(magnitude)]
            let size = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            value = isNegative ? -size : size
        } else {
            value = Double(string) ?? .nan
        }
        return DecimalText(text: string, value: value)
    }

    /// The value, if it is a whole number of 64 bits however it is written: `1680286537580.0`, `1.68028653758e12`.
    @inline(__always)
    var whole: Int64? {
        if exponent == 0, !isTruncated, mantissa <= UInt64(Int64.max) {
            return isNegative ? -Int64(mantissa) : Int64(mantissa)
        }
        return wholeByExponent
    }

    private var wholeByExponent: Int64? {
        if mantissa == 0 { return 0 }
        guard !isTruncated else { return nil }
        var (mantissa, exponent) = (mantissa, exponent)
        while mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        guard (0...18).contains(exponent) else { return nil }
        for _ in 0..<exponent {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            mantissa = product
        }
        guard let size = Int64(exactly: mantissa) else { return nil }
        return isNegative ? -size : size
    }
}
