/// To when a replay moves a tape.
public enum ReplayShift: Sendable, Hashable {
    /// When it starts.
    case now
    /// To this time, ns since the epoch.
    case instant(Int64)

    /// The constant to add to a tape that begins at a time: whole milliseconds, so that trade times move by as much.
    func constant(from start: Int64, now: Int64) -> Int64 {
        let target = if case .instant(let time) = self { time } else { now }
        let (distance, overflow) = target.subtractingReportingOverflow(start)
        guard !overflow else { return 0 }
        let (milliseconds, rest) = distance.quotientAndRemainder(dividingBy: 1_000_000)
        return (rest < 0 ? milliseconds - 1 : milliseconds) * 1_000_000
    }
}
