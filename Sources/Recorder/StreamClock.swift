/// The clock of a stream: the monotonic clock, anchored to the system clock.
///
/// A forward step of the system clock moves the anchor; a backward step keeps it, so that receive times never run
/// backwards. Both are told.
struct StreamClock: Sendable, Equatable {
    /// Smaller differences are no step.
    static let tolerance: Int64 = 50_000_000

    /// Receive time minus monotonic time, ns.
    private var offset: Int64
    /// The difference that was told last, system minus stream.
    private var told: Int64 = 0

    /// Anchors to the system clock as it is.
    init(monotonic: Int64, system: Int64) { offset = system - monotonic }

    /// The stream's time at a monotonic instant.
    func receive(at monotonic: Int64) -> Int64 { monotonic + offset }

    /// Both times of a monotonic instant.
    func moment(at monotonic: Int64) -> Moment { Moment(monotonic: monotonic, receive: receive(at: monotonic)) }

    /// Compares with the system clock.
    ///
    /// - Returns: system minus stream clock where the system clock was stepped since the last call; nil otherwise.
    mutating func check(monotonic: Int64, system: Int64) -> Int64? {
        let difference = system - receive(at: monotonic)
        if difference > Self.tolerance {
            offset += difference
            told = 0
            return difference
        }
        guard abs(difference - told) > Self.tolerance else { return nil }
        told = difference
        return difference
    }

    /// Never lets the stream's time fall below a bound, such as an earlier stream's last receive time.
    mutating func raise(to receive: Int64, at monotonic: Int64) {
        offset = max(offset, receive - monotonic)
    }
}
