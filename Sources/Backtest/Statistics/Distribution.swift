import Foundation

/// Tail probabilities behind the p-values of a report.
///
/// Relative accuracy is 1e-12 or better for p ≥ 1e-250 (tested against 50-digit values). They rest on the C library's
/// `erfc`, `log1p` and `exp`: reports are byte-identical on one machine, not between two C libraries.
public enum Distribution {
    /// The standard normal's quantile at 97.5 %, for two-sided 95 % bounds.
    public static let normal975 = 1.959963984540054

    /// P(Z > z) of the standard normal.
    public static func normalUpper(_ z: Double) -> Double {
        0.5 * erfc(z / 2.0.squareRoot())
    }

    /// P(|Z| > |z|) of the standard normal.
    public static func normalTwoSided(_ z: Double) -> Double {
        erfc(z.magnitude / 2.0.squareRoot())
    }

    /// P(|T| > |t|) of Student's t.
    ///
    /// - Parameters:
    ///   - t: the statistic.
    ///   - degrees: degrees of freedom, above 0; they may be tens of millions.
    /// - Returns: the two-sided p-value, I_x(ν/2, 1/2) at x = ν/(ν+t²).
    public static func studentTwoSided(_ t: Double, degrees: Double) -> Double {
        guard t.isFinite else { return t.isNaN ? .nan : 0 }
        guard t != 0 else { return 1 }
        // The fraction below needs 1−x to full precision, which x cannot give where ν is large.
        if degrees >= 1_000 { return studentTwoSidedByQuadrature(t.magnitude, degrees: degrees) }
        let a = degrees / 2
        let square = t * t
        // x and 1−x are both formed without cancellation: ν may be huge beside t².
        let x = degrees / (degrees + square)
        let complement = square / (degrees + square)
        // ln of x^a (1−x)^½ / B(a, ½), with B(a, ½) = √π Γ(a)/Γ(a+½).
        let logFront =
            -a * log1p(square / degrees) + 0.5 * log(complement) - 0.5 * log(Double.pi)
        let front = exp(logFront) * halfStepGammaRatio(a)
        // NIST DLMF 8.17.22: the fraction converges fast below (a+1)/(a+b+2), and the symmetric one above.
        if x < (a + 1) / (a + 2.5) {
            return front / a * betaFraction(a: a, b: 0.5, x: x)
        }
        return 1 - front / 0.5 * betaFraction(a: 0.5, b: a, x: complement)
    }

    /// 2∫ of the density from t on, for ν ≥ 1,000, by the double-exponential rule (Takahasi and Mori 1974).
    ///
    /// The density at t stands before the integral, so that small tails keep their relative accuracy.
    private static func studentTwoSidedByQuadrature(_ t: Double, degrees: Double) -> Double {
        let half = (degrees + 1) / 2
        let scale = 1 / max(t, 1)
        let spread = degrees + t * t
        var sum = NeumaierSum()
        for step in -128...160 {
            let x = Double(step) / 32
            let decay = exp(-x)
            let s = scale * exp(x - decay)
            sum.add(s * (1 + decay) * exp(-half * log1p((2 * t * s + s * s) / spread)))
        }
        let density =
            exp(-half * log1p(t * t / degrees)) * halfStepGammaRatio(degrees / 2) / (Double.pi * degrees).squareRoot()
        return min(1, 2 * density * sum.value / 32)
    }

    /// Γ(a+½)/Γ(a): lgamma's absolute error grows with a·ln a, so large a take the asymptotic series.
    private static func halfStepGammaRatio(_ a: Double) -> Double {
        // Γ(a+½)/Γ(a) = a/(a+½) · Γ(a+3/2)/Γ(a+1): climb to where the series is exact to the last digit.
        var ratio = 1.0
        var a = a
        while a < 40 {
            ratio *= a / (a + 0.5)
            a += 1
        }
        let u = 1 / a
        let series =
            1 + u
            * (-1.0 / 8 + u
                * (1.0 / 128 + u
                    * (5.0 / 1024 + u
                        * (-21.0 / 32768 + u
                            * (-399.0 / 262_144 + u * (869.0 / 4_194_304 + u * 39325.0 / 33_554_432))))))
        return ratio * a.squareRoot() * series
    }

    /// The continued fraction of the incomplete beta function (NIST DLMF 8.17.22), by Lentz's method.
    private static func betaFraction(a: Double, b: Double, x: Double) -> Double {
        let tiny = 1e-300
        func nonzero(_ v: Double) -> Double { v.magnitude < tiny ? tiny : v }
        var c = 1.0
        var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
        var fraction = d
        // √max(a, b) steps suffice; the bound only stops a defect.
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nonzero(1 + even * d)
            c = nonzero(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nonzero(1 + odd * d)
            c = nonzero(1 + odd / c)
            let change = d * c
            fraction *= change
            if (change - 1).magnitude < 1e-16 { break }
        }
        return fraction
    }
}
