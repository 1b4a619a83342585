/// Mathematics of the features, in basic operations only: libm differs between platforms.
enum ForecastMath {
    /// log(1 + x) for x ≥ 0, with an error below 1 ulp; NaN for anything below 0.
    ///
    /// With 1+x = 2^k·m, √½ < m ≤ √2, f = m−1 and s = f/(2+f): log m = 2·atanh s = f − f²/2 + s·(f²/2 + T),
    /// T = 2(s²/3 + s⁴/5 + …), the series of atanh. What 1+x lost in rounding comes back as (lost part)/(1+x).
    static func log1p(_ x: Double) -> Double {
        guard x >= 0 else { return .nan }
        guard x < .infinity, x > 0x1p-54 else { return x }
        var f = x
        var k = 0
        var lost = 0.0
        if x > 0.4142135623730951 {
            let sum = 1 + x
            lost = (x >= 1 ? 1 - (sum - x) : x - (sum - 1)) / sum
            let bits = sum.bitPattern
            k = Int(bits >> 52) - 1_023
            var m = Double(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
            if m > 1.4142135623730951 {
                m *= 0.5
                k += 1
            }
            f = m - 1
        }
        let half = 0.5 * f * f
        let s = f / (2 + f)
        let q = s * s
        // |s| ≤ 0.1716, so q ≤ 0.02944: the first term left out is below 2^-60.
        var t = 2.0 / 21
        t = 2.0 / 19 + q * t
        t = 2.0 / 17 + q * t
        t = 2.0 / 15 + q * t
        t = 2.0 / 13 + q * t
        t = 2.0 / 11 + q * t
        t = 2.0 / 9 + q * t
        t = 2.0 / 7 + q * t
        t = 2.0 / 5 + q * t
        t = 2.0 / 3 + q * t
        t *= q
        if k == 0 { return f - (half - (s * (half + t) + lost)) }
        let exponent = Double(k)
        // ln 2 in two parts; the high one has 21 trailing zero bits, so its product with k is exact.
        return exponent * 0x1.62e42feep-1 - ((half - (s * (half + t) + (exponent * 0x1.a39ef35793c76p-33 + lost))) - f)
    }
}
