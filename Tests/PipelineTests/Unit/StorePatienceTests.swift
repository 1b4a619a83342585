import Synchronization
import Testing

@testable import Pipeline

@Suite struct StorePatienceTests {
    /// A clock that moves only while someone sleeps.
    final class ManualTime: Sendable {
        let elapsed = Mutex(Duration.zero)
        let sleeps = Mutex<[Duration]>([])
        private let start = ContinuousClock.now

        func patience(limit: Duration?, random: @escaping @Sendable () -> Double = { 1 }) -> StorePatience {
            StorePatience(
                limit: limit, now: { [self] in start + elapsed.withLock { $0 } }, random: random,
                sleep: { [self] duration in
                    elapsed.withLock { $0 += duration }
                    sleeps.withLock { $0.append(duration) }
                    return true
                }, note: { _, _ in })
        }
    }

    @Test func pausesDoubleToTenSeconds() {
        let time = ManualTime()
        var left = 10
        let value = try? time.patience(limit: nil).repeating { () throws(StoreFault) -> Int in
            left -= 1
            if left > 0 { throw .retry(kind: "network", message: "away") }
            return 7
        }
        #expect(value == 7)
        let milliseconds = time.sleeps.withLock { $0 }.map { Int($0 / .milliseconds(1)) }
        #expect(milliseconds == [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000])
    }

    @Test func jitterCoversTheWholePause() {
        let time = ManualTime()
        #expect(time.patience(limit: nil, random: { 0 }).pause(after: 5) == .zero)
        #expect(time.patience(limit: nil, random: { 0.5 }).pause(after: 2) == .milliseconds(100))
    }

    @Test func patienceEndsAtItsLimit() {
        let time = ManualTime()
        var attempts = 0
        #expect(throws: StoreFault.self) {
            try time.patience(limit: .seconds(60)).repeating { () throws(StoreFault) in
                attempts += 1
                throw .retry(kind: "network", message: "away")
            }
        }
        // 0.1 + 0.2 + … + 6.4 + n × 10 s stay within 60 s.
        #expect(attempts == 12)
        #expect(time.elapsed.withLock { $0 } <= .seconds(60))
    }

    @Test func whatIsFatalIsNotRepeated() {
        let time = ManualTime()
        #expect(throws: StoreFault.fatal("no")) {
            try time.patience(limit: nil).repeating { () throws(StoreFault) in throw .fatal("no") }
        }
        #expect(time.sleeps.withLock { $0 }.isEmpty)
    }
}
