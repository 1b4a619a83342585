/// The times that a session keeps; ns.
struct SessionRules: Sendable, Equatable {
    /// Silence after which a warning is due.
    ///
    /// Default: 90 s.
    var quiet: Int64 = 90 * second
    /// Silence after which the connection counts as dead.
    ///
    /// Default: 150 s.
    var stall: Int64 = 150 * second
    /// Between two subscriptions.
    ///
    /// Default: 30 ms.
    var spacing: Int64 = 30_000_000
    /// Between two protocol pings of ours.
    ///
    /// Default: 30 s.
    var ping: Int64 = 30 * second
    /// The first wait after a failure; it doubles.
    ///
    /// Default: 1 s.
    var firstDelay: Int64 = second
    /// The longest wait after a failure.
    ///
    /// Default: 60 s.
    var longestDelay: Int64 = 60 * second
    /// A connection that lasted this long starts the waits anew.
    ///
    /// Default: 60 s.
    var settled: Int64 = 60 * second
    /// The least wait after "too many requests".
    ///
    /// Default: 60 s.
    var busyDelay: Int64 = 60 * second
    /// How long a connection may take to end once we ended it.
    ///
    /// Default: 1 s.
    var closing: Int64 = second
    /// A timer that comes later than this means that this process stood still, and not the feed.
    ///
    /// Default: 5 s.
    var ownPause: Int64 = 5 * second

    /// The rules of a feed that is so many times faster; what bounds this process itself stays.
    func accelerated(by factor: Int64) -> SessionRules {
        var rules = self
        let times = [
            \SessionRules.quiet, \.stall, \.spacing, \.ping, \.firstDelay, \.longestDelay, \.settled, \.busyDelay,
        ]
        for time in times { rules[keyPath: time] /= factor }
        return rules
    }

    static let second: Int64 = 1_000_000_000
}
