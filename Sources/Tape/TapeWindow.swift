/// Which lines of a tape are wanted; both bounds hold.
public struct TapeWindow: Sendable, Equatable {
    /// Half-open range of sequence numbers; nil: all.
    public var sequences: Range<Int64>?
    /// Half-open range of receive times, ns since the epoch; nil: all.
    public var receives: Range<Int64>?

    /// Makes a window.
    public init(sequences: Range<Int64>? = nil, receives: Range<Int64>? = nil) {
        self.sequences = sequences
        self.receives = receives
    }

    /// Everything.
    public static let everything = TapeWindow()

    func contains(sequence: Int64, receive: Int64) -> Bool {
        (sequences?.contains(sequence) ?? true) && (receives?.contains(receive) ?? true)
    }

    /// Whether nothing at or after these values can be wanted.
    func isPast(sequence: Int64, receive: Int64) -> Bool {
        if let sequences, sequence >= sequences.upperBound { return true }
        if let receives, receive >= receives.upperBound { return true }
        return false
    }

    /// Whether nothing up to these values can be wanted.
    func isBefore(sequence: Int64, receive: Int64) -> Bool {
        if let sequences, sequence < sequences.lowerBound { return true }
        if let receives, receive < receives.lowerBound { return true }
        return false
    }
}
