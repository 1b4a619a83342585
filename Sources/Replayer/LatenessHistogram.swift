/// Counts times by size in a fixed number of buckets, each within 1.6 % of the next.
///
/// Buckets are the number's leading bit and the six bits below it, so a run of any length needs the same memory.
public struct LatenessHistogram: Sendable, Equatable {
    private static let bits = 6
    private var counts = [Int](repeating: 0, count: (64 - bits) << bits)
    /// How many times were counted.
    public private(set) var count = 0
    /// The largest, exactly.
    public private(set) var largest: Int64 = 0

    /// Makes an empty one.
    public init() {}

    /// Counts a time in ns; a negative one counts as 0.
    public mutating func add(_ nanoseconds: Int64) {
        let value = max(0, nanoseconds)
        counts[Self.bucket(of: UInt64(value))] += 1
        count += 1
        largest = max(largest, value)
    }

    /// Counts all that another one counted.
    public mutating func merge(_ other: LatenessHistogram) {
        guard other.count > 0 else { return }
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        largest = max(largest, other.largest)
    }

    /// The smallest time that so many of a million are not above, rounded up to its bucket's end; nil if none counted.
    public func quantile(perMillion: Int) -> Int64? {
        guard count > 0 else { return nil }
        let wanted = max(1, (count * perMillion + 999_999) / 1_000_000)
        var seen = 0
        for (bucket, number) in counts.enumerated() where number > 0 {
            seen += number
            if seen >= wanted { return min(largest, Self.end(of: bucket)) }
        }
        return largest
    }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= 1 << bits else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - bits
        return (shift + 1) << bits + Int(value >> UInt64(shift)) - 1 << bits
    }

    private static func end(of bucket: Int) -> Int64 {
        guard bucket >= 1 << bits else { return Int64(bucket) }
        let shift = bucket >> bits - 1
        let lead = UInt64(bucket & (1 << bits - 1) + 1 << bits)
        return Int64(clamping: (lead + 1) << UInt64(shift) - 1)
    }
}
