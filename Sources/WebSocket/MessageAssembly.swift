/// Joins the parts of a message that came in several.
struct MessageAssembly {
    enum Outcome {
        /// More parts follow.
        case unfinished
        case whole([UInt8])
        /// Over the limit: its bytes were thrown away, their number is known.
        case tooLong(Int)
    }

    private var bytes: [UInt8] = []
    /// Bytes of a message that went over the limit, 0 if none has.
    private var tooLong = 0

    /// Adds a part; a first one forgets whatever was before.
    mutating func add(_ part: UnsafeRawBufferPointer, isFirst: Bool, isFinal: Bool, limit: Int) -> Outcome {
        if isFirst { self = MessageAssembly() }
        if tooLong > 0 || bytes.count + part.count > limit {
            tooLong = max(tooLong, bytes.count) + part.count
            bytes = []
            return isFinal ? .tooLong(tooLong) : .unfinished
        }
        bytes.append(contentsOf: part)
        guard isFinal else { return .unfinished }
        defer { bytes = [] }
        return .whole(bytes)
    }
}
