import TradeModel

/// The whole lines of a journal, in order, past anything that is none.
struct JournalScan {
    /// A good line, without its LF.
    struct Line {
        var bytes: [UInt8]
        var envelope: Envelope
    }

    private static let step = 256 << 10

    private let read: (Int64, Int) throws(TapeError) -> [UInt8]
    private var buffer: [UInt8] = []
    private var used = 0
    private var isAtEnd = false
    private var last: (sequence: Int64, receive: Int64) = (0, 0)
    /// Whether a line that is too long to be one is being left out.
    private var isSkipping = false
    /// Offset in the journal behind the last line taken.
    private(set) var offset: Int64
    /// The header's line, without LF.
    private(set) var headerLine: [UInt8]?
    /// Bytes behind the last LF: a line whose write was cut short.
    private(set) var tornBytes: Int64 = 0
    /// Bytes of lines that are none.
    private(set) var badBytes: Int64 = 0

    /// Starts at an offset where a line begins.
    ///
    /// - Parameters:
    ///   - offset: where to start, in bytes.
    ///   - read: gives bytes at an offset; fewer than asked for only at the end.
    init(from offset: Int64 = 0, read: @escaping (Int64, Int) throws(TapeError) -> [UInt8]) {
        self.offset = offset
        self.read = read
    }

    /// The next line with a larger sequence number; nil at the end.
    mutating func next() throws(TapeError) -> Line? {
        while let bytes = try nextText() {
            let isFirst = offset == Int64(bytes.count) + 1
            if isFirst, bytes.span.matches("{\"seq\":0,", 0),
                (try? TapeHeader(line: bytes.span, in: 0..<bytes.count, path: "")) != nil
            {
                headerLine = bytes
                continue
            }
            if let envelope = Self.envelope(bytes), envelope.sequence > last.sequence, envelope.receive >= last.receive
            {
                last = (envelope.sequence, envelope.receive)
                return Line(bytes: bytes, envelope: envelope)
            }
            badBytes += Int64(bytes.count) + 1
        }
        return nil
    }

    /// A line of ours, checked to the end: a power cut can leave anything in a file that was not synced.
    private static func envelope(_ bytes: [UInt8]) -> Envelope? {
        guard let envelope = Envelope(canonical: bytes.span, in: 0..<bytes.count), envelope.sequence > 0,
            JSONSyntax.isValid(bytes.span, maximumDepth: TapeFormat.maximumDepth + 2)
        else { return nil }
        return envelope
    }

    private mutating func nextText() throws(TapeError) -> [UInt8]? {
        while true {
            if let end = LineScan.lineEnd(buffer, from: used) {
                let line = Array(buffer[used..<end])
                let length = Int64(end + 1 - used)
                used = end + 1
                offset += length
                if isSkipping {
                    isSkipping = false
                    badBytes += length
                    continue
                }
                return line
            }
            buffer.removeFirst(used)
            used = 0
            if buffer.count > TapeFormat.maximumLine {
                badBytes += Int64(buffer.count)
                offset += Int64(buffer.count)
                buffer.removeAll()
                isSkipping = true
            }
            guard !isAtEnd else {
                tornBytes = Int64(buffer.count)
                return nil
            }
            let piece = try read(offset + Int64(buffer.count), Self.step)
            isAtEnd = piece.count < Self.step
            buffer += piece
        }
    }
}
