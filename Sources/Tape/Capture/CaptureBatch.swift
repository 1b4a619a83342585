/// What one service turn received: frames and events, with their receive times, in order.
///
/// Reused from turn to turn it allocates nothing for frames; their storage is one buffer.
public struct CaptureBatch: Sendable {
    enum Kind: UInt8, Sendable {
        /// A text frame that is known to be JSON which a line holds as it is.
        case json
        /// Another text frame.
        case text
        case binary
        case event
    }

    /// Plain values only: with a reference in it, each copy would count.
    struct Entry: Sendable {
        var kind: Kind
        /// Its place in ``bytes`` or, of an event, in ``events``.
        var range: Range<Int>
        var receive: Int64

        var isFrame: Bool { kind != .event }
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []
    private(set) var events: [TapeEvent] = []

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
    ///   - isPlainJSON: whether the caller has seen that it is valid JSON without line ends, at most
    ///     ``TapeFormat/maximumDepth`` deep; otherwise that is looked at when it is stored.
    public mutating func append(frame: borrowing Span<UInt8>, receive: Int64, isPlainJSON: Bool = false) {
        append(isPlainJSON ? .json : .text, frame, receive)
    }

    /// Adds a text frame.
    public mutating func append(frame: [UInt8], receive: Int64) { append(.text, frame.span, receive) }

    /// Adds a binary frame.
    public mutating func append(binary frame: borrowing Span<UInt8>, receive: Int64) { append(.binary, frame, receive) }

    /// Adds an event.
    public mutating func append(event: TapeEvent, receive: Int64) {
        entries.append(Entry(kind: .event, range: events.count..<events.count + 1, receive: receive))
        events.append(event)
    }

    /// Empties it and keeps its memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        events.removeAll()
    }

    private mutating func append(_ kind: Kind, _ frame: borrowing Span<UInt8>, _ receive: Int64) {
        let start = bytes.count
        frame.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        entries.append(Entry(kind: kind, range: start..<bytes.count, receive: receive))
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
