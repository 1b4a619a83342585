import Testing

@testable import Backtest

@Suite struct StatisticsTests {
    /// Fifty-digit values by mpmath's regularised incomplete beta function.
    @Test(arguments: [
        (0.5, 1, 0.70483276469913345165),
        (0.001, 3, 0.999264894969460938),
        (2.5, 1, 0.24223788318168679745),
        (-1.8226447537315345, 5, 0.12797293779288201314),
        (0.7883952467899414, 14, 0.44361123640493160696),
        (30, 4, 7.3528560976613221245e-6),
        (12.5, 9, 5.4343131817806518128e-7),
        (2.0, 100, 0.048212178731133679601),
        (0.1, 1000, 0.92036436902360412671),
        (5, 1000, 6.7672563646486303819e-7),
        (1.96, 999999, 0.049996067585547079898),
        (3.5, 19999999, 0.00046525916983830021153),
        (0.01, 19999999, 0.9920212874704773533),
        (30, 19999999, 9.9135134458161404502e-198),
        (1e-08, 10, 0.99999999221783232068),
        (200, 50, 2.8822500465573920405e-74),
        (6, 39.5, 4.9455831394300147865e-7),
        (6, 79, 5.643904653015813387e-8),
        (6, 81, 5.2885074294542920789e-8),
    ])
    func studentTailsReachTheStatedAccuracy(t: Double, degrees: Double, p: Double) {
        #expect(close(Distribution.studentTwoSided(t, degrees: degrees), p))
        #expect(close(Distribution.studentTwoSided(-t, degrees: degrees), p))
    }

    @Test(arguments: [
        (0.0, 0.5),
        (0.5, 0.30853753872598689636),
        (1.96, 0.024997895148220436213),
        (6.123724356957946, 4.5706492041232928437e-10),
        (-2.5, 0.99379033467422386483),
        (20, 2.7536241186062336951e-89),
        (35, 1.124910706472406244e-268),
    ])
    func normalTailsReachTheStatedAccuracy(z: Double, p: Double) {
        #expect(close(Distribution.normalUpper(z), p))
        #expect(close(Distribution.normalTwoSided(z), z < 0 ? 2 * (1 - p) : 2 * p))
    }

    @Test(arguments: [(27, 3), (28, 4), (64, 4), (65, 5), (1_000, 10), (1_001, 11), (1_000_000, 100), (1, 1), (0, 0)])
    func lagsAreTheIntegerCubeRootRoundedUp(n: Int, lags: Int) {
        #expect(HACLags.count(for: n, overlap: 1) == lags)
        #expect(HACLags.count(for: n, overlap: 500) == max(499, lags))
    }

    @Test func theMovingSumFormEqualsTheDefinition() {
        var random = SplitMix(seed: 7)
        for (n, lags) in [(1, 0), (2, 5), (50, 3), (400, 7), (400, 399), (30, 64)] {
            let x = (0..<n).map { _ in random.unit() * 1e3 - 300 }
            let mean = x.mean
            let d = x.map { $0 - mean }
            func gamma(_ k: Int) -> Double {
                k >= n ? 0 : (k..<n).map { d[$0] * d[$0 - k] }.reduce(0, +) / Double(n)
            }
            var v = gamma(0)
            for k in stride(from: 1, through: lags, by: 1) { v += 2 * (1 - Double(k) / Double(lags + 1)) * gamma(k) }
            v /= Double(n)
            var sums = BartlettVariance(lags: lags)
            for z in d { sums.add(first: z, second: -2 * z) }
            let result = sums.finish()
            #expect((result[0] - v).magnitude <= 1e-12 * gamma(0), "n \(n), M \(lags)")
            #expect(close(result[1], 4 * result[0]) || n == 1)
        }
    }

    @Test func clarkWestGolden() throws {
        let r: [Double] = [2, -1, 3, 0, -2, 4, 1, -3]
        let predicted: [Double] = [1, -1, 2, 1, -1, 2, 0, -2]
        let f = zip(r, predicted).map { ClarkWest.adjustedDifference(actual: $0, predicted: $1) }
        let test = try ClarkWest(f, lags: HACLags.count(for: 8, overlap: 1))
        #expect(close(test.mean, 6.25))
        #expect(close(test.statistic, 6.123724356957946))
        #expect(close(test.pValue, 4.57064920412e-10, 1e-9))
    }

    @Test func holmMultipliesBySizeOfWhatIsLeftAndStaysMonotone() {
        #expect(HolmCorrection.adjust([0.01, nil, 0.04, 0.03, 0.005]) == [0.03, nil, 0.06, 0.06, 0.02])
        #expect(HolmCorrection.adjust([0.9, 0.8]) == [1, 1])
        #expect(HolmCorrection.adjust([]) == [])
    }

    @Test func aNeumaierSumKeepsWhatPlainAdditionLoses() {
        var sum = NeumaierSum()
        for x in [1, 1e100, 1, -1e100] { sum.add(x) }
        #expect(sum.value == 2)
    }

    @Test func overlapCountsHalfOpenHorizons() {
        func q(_ starts: [Int64], _ length: Int64) -> Int {
            var counter = OverlapCounter(length: length)
            for start in starts { counter.add(start: start) }
            return counter.largest
        }
        #expect(q([1, 2, 3, 4], 1) == 1)
        #expect(q([1, 2, 3, 4], 3) == 3)
        #expect(q([0, 5_000, 10_000], 5_000) == 1)
        #expect(q([0, 4_999, 9_999], 5_000) == 2)
        #expect(q([7, 7, 7, 20], 5) == 3)
        #expect(q([], 5) == 0)
        #expect(q((0..<1_000).map { $0 * 10 }, 1_000) == 100)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
