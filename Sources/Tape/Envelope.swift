/// What the parser finds in a line, before it becomes a ``TapeLine``.
struct Envelope {
    var sequence: Int64
    var receive: Int64
    var kind: TapeLine.Kind
    /// A frame's bytes; otherwise the whole line.
    var body: Range<Int>
    var startsSegment: Bool
    /// Whether the line has exactly the layout that the writer gives it.
    var isCanonical = false
}
