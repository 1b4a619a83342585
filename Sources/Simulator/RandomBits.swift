/// A small random generator of known sequence: xoshiro256** (Blackman, Vigna 2018), seeded by SplitMix64.
///
/// Everything made of it uses integers and + - * / on doubles only, which IEEE 754 fixes to the last bit; functions of
/// the C library differ between machines.
struct RandomBits: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            var z = mixer
            z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
            return z ^ z >> 31
        }
        state = (next(), next(), next(), next())
    }

    mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = (product << 7 | product >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }

    /// Uniform in 0 ..< 1, 53 bits.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in 0 ..< count, for small counts (Lemire's multiplication, its bias below 2^-32).
    mutating func below(_ count: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Mean 0, variance 1, close to normal: the sum of eight 16-bit uniforms (Irwin–Hall; kurtosis 2.85).
    mutating func normal() -> Double {
        var sum: UInt64 = 0
        for bits in [next(), next()] {
            sum += bits & 0xFFFF
            sum += bits >> 16 & 0xFFFF
            sum += bits >> 32 & 0xFFFF
            sum += bits >> 48
        }
        // Variance of each term: (2^32 - 1) / 12; 53509.9… is the root of eight of them.
        return (Double(sum) - 262_140) / 53_509.919_921_450_08
    }

    /// Mean 1, exponentially distributed.
    mutating func exponential() -> Double { -Self.logarithm(1 - uniform()) }

    /// Natural logarithm of a positive normal number, by the series of artanh; good to about 1e-15, and the same everywhere.
    static func logarithm(_ x: Double) -> Double {
        var exponent = Double(x.exponent)
        var mantissa = x.significand
        if mantissa > 1.414_213_562_373_095 {
            mantissa /= 2
            exponent += 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var series = 0.0
        for divisor in stride(from: 21.0, through: 1.0, by: -2.0) { series = series * square + 1 / divisor }
        return 2 * s * series + exponent * 0.693_147_180_559_945_3
    }
}
