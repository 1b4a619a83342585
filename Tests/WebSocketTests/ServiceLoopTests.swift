import Foundation
import Synchronization
import Testing
import WebSocket

@Suite struct ServiceLoopTests {
    /// `@unchecked Sendable`: touched on the loop's thread only.
    private final class Chain: @unchecked Sendable {
        var rung = 0
        let done = DispatchSemaphore(value: 0)

        func ring(_ loop: ServiceLoop, _ count: Int, _ delay: Duration) {
            rung += 1
            guard rung < count else {
                done.signal()
                return
            }
            // Timers that are ripe before the loop waits again are the hard ones.
            if rung % 3 == 0 { usleep(200) }
            loop.after(delay) { self.ring(loop, count, delay) }
        }
    }

    @Test(arguments: [Duration.zero, .microseconds(1), .microseconds(150), .milliseconds(1)])
    func timersRingThoughNoSocketStirs(delay: Duration) throws {
        let loop = try ServiceLoop(name: "timers")
        defer { loop.stop() }
        let chain = Chain()
        loop.perform { chain.ring(loop, 2000, delay) }
        #expect(chain.done.wait(timeout: .now() + 60) == .success, "a timer was lost")
    }

    @Test func jobsAndTimersKeepTheirOrder() throws {
        let loop = try ServiceLoop(name: "timers")
        defer { loop.stop() }
        let seen = Mutex<[Int]>([])
        let done = DispatchSemaphore(value: 0)
        loop.perform {
            // Far behind the others: on a busy machine some time goes by between two of these calls.
            loop.after(.milliseconds(500)) {
                seen.withLock { $0.append(3) }
                done.signal()
            }
            loop.after(.milliseconds(10)) { seen.withLock { $0.append(1) } }
            loop.after(.milliseconds(10)) { seen.withLock { $0.append(2) } }
            loop.cancel(loop.after(.milliseconds(5)) { seen.withLock { $0.append(0) } })
        }
        #expect(done.wait(timeout: .now() + 20) == .success)
        #expect(seen.withLock { $0 } == [1, 2, 3])
    }
}
