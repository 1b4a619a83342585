import Foundation

/// Where the player's time comes from and how it waits; tests drive one by hand and never sleep.
public protocol ReplayTimeSource: AnyObject, Sendable {
    /// The present moment in ns; never runs backwards.
    func now() -> Int64
    /// Blocks until a moment, never returning before it unless woken.
    ///
    /// - Parameter deadline: ns on this source's scale.
    func wait(until deadline: Int64)
    /// Ends the wait that is under way, or the next one if none is. Any thread.
    func wake()
    /// The time of day, ns since the epoch: only for `--shift-to now`.
    func wallNow() -> Int64
}

extension ReplayTimeSource {
    /// The system's clock.
    public func wallNow() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
