/// How long to wait before the next attempt: 1, 2, 4 … 60 s, each shortened by up to a half at random.
///
/// The jitter keeps many clients of a restarted server from coming back in step; half of the wait always remains, so
/// that no failure, however quick, makes a caller spin.
struct Backoff: Sendable, Equatable {
    private let first: Int64
    private let longest: Int64
    private var failures: Int64 = 0

    init(first: Int64, longest: Int64) {
        self.first = first
        self.longest = longest
    }

    /// The next wait.
    ///
    /// - Parameter random: a number of the range it is given.
    /// - Returns: ns.
    mutating func next(_ random: (ClosedRange<Int64>) -> Int64) -> Int64 {
        let doubled = failures < 32 ? first << failures : longest
        failures += 1
        return Self.shortened(min(doubled, longest), random)
    }

    /// The longest wait, whatever came before.
    mutating func longestNext(_ random: (ClosedRange<Int64>) -> Int64) -> Int64 {
        failures += 1
        return Self.shortened(longest, random)
    }

    /// Starts anew after a success.
    mutating func reset() { failures = 0 }

    private static func shortened(_ wait: Int64, _ random: (ClosedRange<Int64>) -> Int64) -> Int64 {
        wait - random(0...wait / 2)
    }
}
