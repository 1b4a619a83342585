import Replayer
import Synchronization

/// Time that only moves when someone waits, and that does things at set moments: no wall time passes.
final class ScriptedTime: ReplayTimeSource {
    struct Event: Sendable {
        let moment: Int64
        let action: @Sendable () -> Void
    }

    private struct State {
        var now: Int64
        var events: [Event] = []
        var waits = 0
    }

    /// When the script's time began.
    let begun: Int64
    private let state: Mutex<State>

    init(start: Int64 = 1_000_000) {
        begun = start
        state = Mutex(State(now: start))
    }

    /// Does something so many ns after the start; events of one moment in the order in which they were added.
    func at(_ after: Int64, _ action: @escaping @Sendable () -> Void) {
        state.withLock { state in
            let event = Event(moment: begun + after, action: action)
            let place = state.events.firstIndex { $0.moment > event.moment } ?? state.events.endIndex
            state.events.insert(event, at: place)
        }
    }

    func now() -> Int64 { state.withLock { $0.now } }

    func wait(until deadline: Int64) {
        let due = state.withLock { state -> [Event] in
            state.waits += 1
            precondition(state.waits < 5_000_000, "nothing ever happens")
            guard let first = state.events.first, first.moment <= max(deadline, state.now) else {
                state.now = max(state.now, deadline)
                return []
            }
            state.now = max(state.now, first.moment)
            let due = state.events.filter { $0.moment <= state.now }
            state.events.removeFirst(due.count)
            return due
        }
        for event in due { event.action() }
    }

    func wake() {}

    func advance(by nanoseconds: Int64) { state.withLock { $0.now += nanoseconds } }

    func wallNow() -> Int64 { 1_800_000_000_123_456_789 }
}
