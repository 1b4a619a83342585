import Tape

/// How many records may be on their way at top speed: as many as keep the broker busy, and not more.
///
/// What waits in librdkafka's queue beyond that gets no sooner to the broker, and leaves the processor's caches meanwhile:
/// with that queue full, each record costs half as much again. The size is a bandwidth-delay product with the largest
/// bandwidth that a producer is seen to have: what is acknowledged is no measure of it, since a request carries more where
/// more waits.
package enum FlightWindow {
    /// Where the broker is near: the queue is to outlast a time slice of the scheduler.
    package static let nearby = 1 << 14
    /// Records a second that may be on the way to a broker that is far.
    static let bandwidth: Int64 = 1_600_000

    /// The window for a broker.
    ///
    /// - Parameter roundTrip: how long the broker takes to answer a question.
    /// - Returns: records that may be on their way.
    static func size(roundTrip: Duration) -> Int {
        // Beyond ten seconds it is the log that bounds it.
        let nanoseconds = max(0, min(roundTrip, .seconds(10)).wholeNanoseconds)
        return min(FlightLog.recordLimit, nearby + Int(nanoseconds * bandwidth / 1_000_000_000))
    }
}
