/// Says when a recorded moment is due.
///
/// An anchor joins a recorded time with a moment of the time source; every deadline is computed from the anchor alone, so
/// errors cannot add up and no state grows with the length of a run. Integers only, products are 128 bits wide. Recorded
/// time is ns; with a number of records a second, record k stands at k × 10⁹ and the rate is that number.
///
/// A model is ros2/rosbag2 `rosbag2_cpp/src/rosbag2_cpp/clocks/time_controller_clock.cpp`.
public struct ReplayClock: Sendable, Equatable {
    /// Recorded ns for each ns that passes.
    public private(set) var rate: ReplayRate
    private var recorded: Int128
    private var moment: Int128

    /// Starts a clock.
    ///
    /// - Parameters:
    ///   - recorded: the recorded time that is due now, in ns.
    ///   - now: the time source's present moment, in ns.
    ///   - rate: recorded time for each unit of time.
    public init(recorded: Int128, now: Int64, rate: ReplayRate) {
        self.recorded = recorded
        self.moment = Int128(now)
        self.rate = rate
    }

    /// The first moment at which a recorded time is due: never early, late by less than 1 ns.
    public func deadline(of time: Int128) -> Int128 {
        moment + Self.ceiling((time - recorded) * Int128(rate.denominator), Int128(rate.numerator))
    }

    /// The last recorded time that is due at a moment.
    public func position(at now: Int64) -> Int128 {
        recorded + Self.floor((Int128(now) - moment) * Int128(rate.numerator), Int128(rate.denominator))
    }

    /// Goes on at another rate from where it stands; the position stays.
    public mutating func setRate(_ rate: ReplayRate, now: Int64) {
        recorded = position(at: now)
        moment = Int128(now)
        self.rate = rate
    }

    /// Goes on from another recorded time: a seek.
    public mutating func jump(to time: Int128, now: Int64) {
        recorded = time
        moment = Int128(now)
    }

    /// Leaves out a stretch of recorded time: what follows it is due as if it had not been there.
    public mutating func skip(_ time: Int64) { recorded += Int128(time) }

    /// Leaves out a time during which nothing was to move: a pause, or a sink that could take nothing.
    ///
    /// Every deadline moves by exactly this much: what was due stays due, and nothing has to be caught up.
    public mutating func shift(by held: Int64) { moment += Int128(held) }

    private static func floor(_ dividend: Int128, _ divisor: Int128) -> Int128 {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func ceiling(_ dividend: Int128, _ divisor: Int128) -> Int128 {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder > 0 ? quotient + 1 : quotient
    }
}
