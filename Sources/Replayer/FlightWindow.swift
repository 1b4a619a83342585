/// How many records may be on their way at top speed: as many as keep the broker busy, and few more.
///
/// What waits in librdkafka's queue beyond that gets no sooner to the broker, and leaves the processor's caches meanwhile:
/// with that queue full, each record costs half as much again. The measure is that of BBR (Cardwell et al. 2016, "BBR:
/// Congestion-Based Congestion Control"): what comes back in the shortest time that a record takes there and back, and a
/// quarter more, so that it grows where that costs no time.
struct FlightWindow {
    /// Never fewer: the queue is to outlast a time slice of the scheduler.
    static let smallest = 1 << 14
    /// For how long a shortest time counts, in ns.
    static let memory: Int64 = 10_000_000_000

    /// A record that is being timed.
    struct Probe {
        let token: Int
        /// When it was handed over at the latest, and how many were acknowledged by then.
        let moment: Int64
        let acknowledged: Int
    }

    /// Records that may be on their way.
    private(set) var size = Self.smallest
    private(set) var probe: Probe?
    private var shortest: (time: Int64, moment: Int64)?

    /// Begins to time the record handed over last.
    mutating func start(token: Int, acknowledged: Int, now: Int64) {
        probe = Probe(token: token, moment: now, acknowledged: acknowledged)
    }

    /// The record that is being timed has been acknowledged.
    mutating func finish(acknowledged: Int, now: Int64) {
        guard let probe else { return }
        self.probe = nil
        let time = max(1, now - probe.moment)
        let best = shortest.map { now - $0.moment < Self.memory ? $0.time : .max } ?? .max
        if time < best { shortest = (time, now) }
        let share = Double(min(time, best)) / Double(time)
        size = max(Self.smallest, Int(1.25 * share * Double(acknowledged - probe.acknowledged)))
    }
}
