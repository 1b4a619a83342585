import Testing

@testable import Replayer

@Suite struct ReplayClockTests {
    /// Multiplies and divides digit by digit, so that nothing can overflow: the oracle for 128-bit arithmetic.
    private struct BigNumber {
        /// Base 10⁹, least first.
        var digits: [UInt64]

        init(_ number: UInt64) {
            digits = [
                number % 1_000_000_000, number / 1_000_000_000 % 1_000_000_000, number / 1_000_000_000_000_000_000,
            ]
        }

        func times(_ factor: UInt64) -> BigNumber {
            var result = self
            var carry: UInt64 = 0
            result.digits = digits.map { digit in
                let product = digit * factor + carry
                carry = product / 1_000_000_000
                return product % 1_000_000_000
            }
            while carry > 0 {
                result.digits.append(carry % 1_000_000_000)
                carry /= 1_000_000_000
            }
            return result
        }

        func dividedUp(by divisor: UInt64) -> String {
            var result = digits
            var rest: UInt64 = 0
            for index in digits.indices.reversed() {
                let value = rest * 1_000_000_000 + digits[index]
                result[index] = value / divisor
                rest = value % divisor
            }
            var index = 0
            while rest > 0 {
                result[index] += 1
                guard result[index] == 1_000_000_000 else { break }
                result[index] = 0
                index += 1
            }
            let text = result.reversed().map { String($0 + 1_000_000_000).dropFirst() }.joined()
            return String(text.drop { $0 == "0" })
        }
    }

    @Test(
        arguments: [("0.001", 1, 1000), ("10000", 10_000, 1), ("3", 3, 1), ("0.7", 7, 10), ("999983", 999_983, 1)]
            as [(String, UInt64, UInt64)])
    func deadlinesOverTenYearsAreExact(text: String, above: UInt64, below: UInt64) throws {
        let rate = try #require(ReplayRate(text))
        let start = TestTape.start
        let clock = ReplayClock(recorded: Int128(start), now: 0, rate: rate)
        let tenYears: UInt64 = 10 * 365 * 86_400 * 1_000_000_000
        var random = SystemRandomNumberGenerator()
        for distance in [1, 999, tenYears / 3, tenYears - 1, tenYears]
            + (0..<1000).map({ _ in UInt64.random(in: 1...tenYears, using: &random) })
        {
            let deadline = clock.deadline(of: Int128(start) + Int128(distance))
            #expect("\(deadline)" == BigNumber(distance).times(below).dividedUp(by: above), "distance \(distance)")
            if let moment = Int64(exactly: deadline) {
                #expect(clock.position(at: moment) >= Int128(start) + Int128(distance), "never early")
                #expect(clock.position(at: moment - 1) < Int128(start) + Int128(distance), "not a ns late")
            }
        }
    }

    @Test func aRateChangeKeepsThePosition() throws {
        var clock = ReplayClock(recorded: 1_000_000_000, now: 500, rate: .one)
        let before = clock.position(at: 10_500)
        clock.setRate(try #require(ReplayRate("2.5")), now: 10_500)
        #expect(clock.position(at: 10_500) == before)
        #expect(clock.position(at: 10_900) == before + 1000)
        #expect(clock.deadline(of: before + 1000) == 10_900)
    }

    @Test func heldTimeMovesEveryDeadlineByItself() {
        var clock = ReplayClock(recorded: 0, now: 0, rate: .one)
        let before = [0, 7, 1 << 40].map { clock.deadline(of: Int128($0)) }
        clock.shift(by: 12_345)
        #expect([0, 7, 1 << 40].map { clock.deadline(of: Int128($0)) } == before.map { $0 + 12_345 })
    }

    @Test func aJumpGoesOnFromThere() {
        var clock = ReplayClock(recorded: 0, now: 0, rate: .one)
        clock.jump(to: 5000, now: 70)
        #expect(clock.deadline(of: 5000) == 70)
        #expect(clock.deadline(of: 4990) == 60)
    }

    @Test func aRecordCountedPerSecondStandsAtItsShare() throws {
        let clock = ReplayClock(recorded: 0, now: 0, rate: try #require(ReplayRate("100")))
        #expect(
            (0..<5).map { clock.deadline(of: Int128($0) * 1_000_000_000) } == [
                0, 10_000_000, 20_000_000, 30_000_000, 40_000_000,
            ])
        let third = ReplayClock(recorded: 0, now: 0, rate: try #require(ReplayRate("3")))
        #expect(third.deadline(of: 3_000_000 * 1_000_000_000) == 1_000_000_000_000_000)
    }

    @Test(arguments: [
        "", "0", "0.0", "-1", "+1", "1e3", "1.", ".5", "1,5", "nan", "inf", "1 ", "1234567890", "0.1234567890", "1.2.3",
        "٣",
    ])
    func whatIsNoPositiveDecimalIsRefused(text: String) {
        #expect(ReplayRate(text) == nil)
        #expect(throws: ReplayError.self) { try ReplaySpeed(speed: text) }
    }

    @Test(arguments: [
        ("0.01", true), ("0.009", false), ("1000000", true), ("1000000.1", false), ("max", true), ("MAX", false),
        ("0.010", true),
    ])
    func speedsHaveARange(text: String, isAccepted: Bool) {
        do {
            #expect(try ReplaySpeed(speed: text).description == text)
            #expect(isAccepted)
        } catch {
            #expect(!isAccepted)
            #expect(error.isUsage)
            #expect(error.description.contains("--speed") && error.description.contains(ReplaySpeed.speedRange))
        }
    }

    @Test func aRateIsReducedAndKeepsItsText() throws {
        let rate = try #require(ReplayRate("2.50"))
        #expect(rate.numerator == 5 && rate.denominator == 2 && rate.description == "2.50")
    }
}
