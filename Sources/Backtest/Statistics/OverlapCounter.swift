/// q: the largest number of scored origins whose horizons, half-open (start, start+length], overlap.
///
/// Starts arrive in order; the queue holds those that the newest may overlap with, at most as many as predictions may be
/// pending.
struct OverlapCounter: Sendable {
    private let length: Int64
    private var starts: [Int64] = []
    private var head = 0
    /// q so far.
    private(set) var largest = 0

    /// - Parameter length: the horizon, in trades or milliseconds, as the starts are.
    init(length: Int64) { self.length = length }

    /// Adds a scored origin.
    mutating func add(start: Int64) {
        // (s, s+length] and (start, …] share no instant once s+length ≤ start.
        while head < starts.count, start - starts[head] >= length { head += 1 }
        if head > 32, head * 2 > starts.count {
            starts.removeFirst(head)
            head = 0
        }
        starts.append(start)
        largest = max(largest, starts.count - head)
    }
}
