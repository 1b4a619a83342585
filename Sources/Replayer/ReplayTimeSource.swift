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
}
