import Replayer
import Synchronization

/// Time that only moves when someone waits or a test says so; it oversleeps by a fixed amount.
final class ManualTime: ReplayTimeSource {
    private let moment: Mutex<Int64>
    private let oversleep: Int64

    init(start: Int64 = 1_000_000, oversleep: Int64 = 0) {
        moment = Mutex(start)
        self.oversleep = oversleep
    }

    func now() -> Int64 { moment.withLock { $0 } }

    func wait(until deadline: Int64) { moment.withLock { $0 = max($0, deadline + oversleep) } }

    func wake() {}

    func advance(by nanoseconds: Int64) { moment.withLock { $0 += nanoseconds } }
}
