import Synchronization

/// When each thread of a run last took a turn (pipeline.md, section 9).
///
/// Every wait is bounded, and its end is a turn, as is a retry at the store: only a thread that hangs is silent.
final class Liveness: Sendable {
    enum Worker: Int, CaseIterable {
        case poll
        case compute
        case flusher
    }

    private let start = ContinuousClock.now
    private let turns = Mutex([Duration](repeating: .zero, count: Worker.allCases.count))

    /// A thread comes round.
    func turned(_ worker: Worker) {
        let now = ContinuousClock.now - start
        turns.withLock { $0[worker.rawValue] = now }
    }

    /// How long the most silent thread has been silent.
    var silence: Duration {
        let now = ContinuousClock.now - start
        return turns.withLock { turns in now - (turns.min() ?? now) }
    }
}
