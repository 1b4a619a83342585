/// A trade that was refused while its frame's other trades go on.
public struct FrameRejection: Sendable, Equatable {
    /// Index in the frame's `data` array.
    public var index: Int32
    /// Why; the offset is that in the frame.
    public var error: FrameError
    /// The bytes of the element in the frame.
    public var range: Range<Int>

    /// Joins an error with its place.
    public init(index: Int32, error: FrameError, range: Range<Int>) {
        self.index = index
        self.error = error
        self.range = range
    }
}
