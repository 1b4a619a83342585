import Testing

@testable import Replayer

@Suite struct LatenessHistogramTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func quantilesAreAtMostABucketAboveTheSortedOnes(seed: UInt64) {
        var state = seed
        var times: [Int64] = []
        var histogram = LatenessHistogram()
        for _ in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = Int64(state >> (20 + state % 40))
            times.append(time)
            histogram.add(time)
        }
        times.sort()
        for perMillion in [1, 500_000, 990_000, 999_000, 1_000_000] {
            let exact = times[max(0, (times.count * perMillion + 999_999) / 1_000_000 - 1)]
            let told = histogram.quantile(perMillion: perMillion) ?? -1
            #expect(told >= exact, "seed \(seed)")
            #expect(Double(told) <= Double(exact) * 1.016 + 1, "seed \(seed)")
        }
        #expect(histogram.largest == times.last)
        #expect(histogram.count == 5000)
    }

    @Test func extremesFit() {
        var histogram = LatenessHistogram()
        #expect(histogram.quantile(perMillion: 500_000) == nil)
        histogram.add(-5)
        #expect(histogram.quantile(perMillion: 1_000_000) == 0)
        histogram.add(.max)
        #expect(histogram.quantile(perMillion: 1_000_000) == .max)
        #expect(histogram.largest == .max)
    }
}
