/// What one service turn received: frames and events, with their receive times, in order.
///
/// Reused from turn to turn it allocates nothing; its storage is one buffer.
public struct CaptureBatch: Sendable {
    enum Content: Sendable {
        case text(Range<Int>)
        case binary(Range<Int>)
        case event(TapeEvent)
    }

    struct Entry: Sendable {
        var content: Content
        var receive: Int64
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    /// Makes an empty batch.
    public init() {}

    /// Frames and events in it.
    public var count: Int { entries.count }
    /// Whether nothing is in it.
    public var isEmpty: Bool { entries.isEmpty }
    /// Bytes of the frames in it.
    public var frameBytes: Int { bytes.count }

    /// Adds a text frame.
    ///
    /// - Parameters:
    ///   - frame: the message's bytes, to be kept verbatim.
    ///   - receive: ns since the epoch, not less than the one before.
    public mutating func append(frame: borrowing Span<UInt8>, receive: Int64) {
        entries.append(Entry(content: .text(append(frame)), receive: receive))
    }

    /// Adds a text frame.
    public mutating func append(frame: [UInt8], receive: Int64) { append(frame: frame.span, receive: receive) }

    /// Adds a binary frame.
    public mutating func append(binary frame: borrowing Span<UInt8>, receive: Int64) {
        entries.append(Entry(content: .binary(append(frame)), receive: receive))
    }

    /// Adds an event.
    public mutating func append(event: TapeEvent, receive: Int64) {
        entries.append(Entry(content: .event(event), receive: receive))
    }

    /// Empties it and keeps its memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ frame: borrowing Span<UInt8>) -> Range<Int> {
        let start = bytes.count
        frame.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }
}

/// What became of one entry of a batch.
public struct CaptureReceipt: Sendable, Equatable {
    /// Sequence number of its line; nil if it was not stored.
    public var sequence: Int64?
    /// Sequence number of the last `gap` or `dropped` line before it, 0 if none.
    public var segment: Int64

    /// Makes a receipt.
    public init(sequence: Int64?, segment: Int64) {
        self.sequence = sequence
        self.segment = segment
    }
}
