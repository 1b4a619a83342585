/// One instant on two clocks.
struct Moment: Sendable, Equatable {
    /// ns of the machine's monotonic clock; deadlines count on it.
    var monotonic: Int64
    /// ns since the epoch on the stream's clock; what a line's `receive` says.
    var receive: Int64
}
