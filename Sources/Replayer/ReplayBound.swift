/// Where a window begins or ends.
public enum ReplayBound: Sendable, Hashable {
    /// A receive time, in ns since the epoch.
    case instant(Int64)
    /// So many ns after the tape's start.
    case offset(Int64)

    /// The receive time meant, on a tape that starts at one.
    func resolved(from start: Int64) -> Int64 {
        switch self {
        case .instant(let time): return time
        case .offset(let distance):
            let (sum, overflow) = start.addingReportingOverflow(distance)
            return overflow ? .max : sum
        }
    }
}
