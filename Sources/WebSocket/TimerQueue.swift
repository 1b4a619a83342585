/// Jobs with a deadline, earliest first; equal deadlines run in the order in which they were added.
public struct TimerQueue {
    /// Names one timer.
    public struct Token: Hashable, Sendable {
        let number: UInt64
    }

    private struct Entry {
        let deadline: Int64
        let number: UInt64
        let job: () -> Void
    }

    /// Sorted by deadline, latest first, so that the earliest is cheap to take; there are a handful at most.
    private var entries: [Entry] = []
    private var count: UInt64 = 0

    /// The earliest deadline, in ns of the monotonic clock.
    var nextDeadline: Int64? { entries.last?.deadline }

    mutating func add(at deadline: Int64, _ job: @escaping () -> Void) -> Token {
        count += 1
        let entry = Entry(deadline: deadline, number: count, job: job)
        let place = entries.firstIndex { $0.deadline <= deadline } ?? entries.endIndex
        entries.insert(entry, at: place)
        return Token(number: count)
    }

    mutating func remove(_ token: Token) { entries.removeAll { $0.number == token.number } }

    mutating func popDue(at now: Int64) -> (() -> Void)? {
        guard let last = entries.last, last.deadline <= now else { return nil }
        entries.removeLast()
        return last.job
    }
}
