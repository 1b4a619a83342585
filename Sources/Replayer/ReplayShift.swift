/// To when a replay moves a tape.
public enum ReplayShift: Sendable, Hashable {
    /// When it starts.
    case now
    /// To this time, ns since the epoch.
    case instant(Int64)

    /// The constant to add to a tape that begins at a time, in ns: whole seconds, so that trade times move by as much
    /// and the cells of `--every 1s` hold the same trades; the first frame happens then or less than a second before.
    func constant(from start: Int64, now: Int64) -> Int64 {
        let target = if case .instant(let time) = self { time } else { now }
        let (distance, overflow) = target.subtractingReportingOverflow(start)
        guard !overflow else { return 0 }
        let (seconds, rest) = distance.quotientAndRemainder(dividingBy: 1_000_000_000)
        return (rest < 0 ? seconds - 1 : seconds) * 1_000_000_000
    }
}
