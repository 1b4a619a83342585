/// Writes one tape: all or nothing.
///
/// Lines go in by sequence number and receive time; the file appears under its name when ``finish()`` returns, and not
/// at all if the writer goes before. Compression runs on threads of its own; the bytes are a function of lines, header
/// and configuration. Use it from one thread at a time; calls block while the disk or the compression is behind.
public final class TapeWriter {
    private let configuration: TapeWriterConfiguration
    private let output: OutputFile
    private let pool: WorkerPool
    private let pendingLimit: Int
    private var pending: [Ticket<[UInt8]>] = []
    private var builder: TapeMemberBuilder
    private var scratch: [UInt8] = []
    private var last: (sequence: Int64, receive: Int64)?
    private var summary: TapeSummary
    private let isMerged: Bool

    /// Opens a tape for writing.
    ///
    /// - Parameters:
    ///   - path: the file's name; refused if it exists, unless the configuration says so.
    ///   - header: its header.
    ///   - configuration: how it is written.
    ///   - segment: sequence number of the last `gap` or `dropped` line before the first line; 0 if none.
    /// - Throws: ``TapeError`` if a setting is out of range or the file cannot be created.
    public convenience init(
        path: String, header: TapeHeader, configuration: TapeWriterConfiguration = .init(), segment: Int64 = 0
    ) throws(TapeError) {
        var line: [UInt8] = []
        header.appendLine(to: &line)
        // What cannot be read back is not written.
        _ = try TapeHeader(line: line.span, in: 0..<line.count, path: path)
        try self.init(path: path, header: header, line: line, configuration: configuration, segment: segment)
    }

    /// Opens a tape whose header line is known to the byte, as in a copy.
    init(
        path: String, header: TapeHeader, line: [UInt8], configuration: TapeWriterConfiguration, segment: Int64
    ) throws(TapeError) {
        try configuration.validate()
        self.configuration = configuration
        isMerged = !header.streams.isEmpty
        summary = TapeSummary(path: path, stream: header.stream)
        guard line.count <= TapeFormat.maximumLine else {
            throw TapeError(.lineTooLong(limit: TapeFormat.maximumLine), path: path, line: 1)
        }
        output = try OutputFile(path: path, overwrites: configuration.overwrites)
        pool = WorkerPool(workers: configuration.workers)
        // Enough to keep every thread at work while one member is written; a bound on memory.
        pendingLimit = 2 * (configuration.workers ?? 8)
        builder = TapeMemberBuilder(
            size: configuration.memberSize, time: configuration.memberNanoseconds, segment: segment,
            isMerged: isMerged)
        try submit(
            TapeMemberBuilder.header(line, receive: header.receive, segment: segment, isMerged: isMerged))
    }

    /// Appends a text frame, verbatim: as JSON where it is JSON without line breaks and not too deep, else as text.
    ///
    /// - Parameters:
    ///   - frame: the message's bytes.
    ///   - sequence: greater than the line's before.
    ///   - receive: ns since the epoch, not less than the line's before.
    /// - Throws: ``TapeError``: `disorder`, `lineTooLong` (nothing is written then, and the writer goes on), or a
    ///   failure of the disk (the tape is given up).
    public func append(frame: borrowing Span<UInt8>, sequence: Int64, receive: Int64) throws(TapeError) {
        let kind = LineCoding.appendTextFrame(frame, sequence: sequence, receive: receive, to: &scratch)
        try appendScratch(kind, sequence: sequence, receive: receive, startsSegment: false)
    }

    /// Appends a text frame; see ``append(frame:sequence:receive:)-(Span<UInt8>,_,_)``.
    public func append(frame: [UInt8], sequence: Int64, receive: Int64) throws(TapeError) {
        try append(frame: frame.span, sequence: sequence, receive: receive)
    }

    /// Appends a binary frame, in base64.
    public func append(binary frame: [UInt8], sequence: Int64, receive: Int64) throws(TapeError) {
        LineCoding.appendBinary(frame, isText: false, sequence: sequence, receive: receive, to: &scratch)
        try appendScratch(.binary, sequence: sequence, receive: receive, startsSegment: false)
    }

    /// Appends an event.
    public func append(event: TapeEvent, sequence: Int64, receive: Int64) throws(TapeError) {
        LineCoding.appendEvent(event, sequence: sequence, receive: receive, to: &scratch)
        try appendScratch(.event, sequence: sequence, receive: receive, startsSegment: event.startsSegment)
    }

    /// Appends a line of another tape, to the byte; of a foreign file, the line that the format has for it.
    func append(_ line: TapeLine, of batch: TapeBatch) throws(TapeError) {
        switch line.layout {
        case .envelope:
            try append(
                batch.text.span.extracting(line.line), line.kind, sequence: line.sequence, receive: line.receive,
                startsSegment: line.startsSegment)
        case .foreign, .otherOrder:
            let kind = LineCoding.appendForeign(line, of: batch.text.span, to: &scratch)
            try appendScratch(
                kind, sequence: line.sequence, receive: line.receive, startsSegment: line.startsSegment)
        }
    }

    /// Appends a line of one of several streams, with its stream in front.
    func append(merged line: TapeLine, of batch: TapeBatch) throws(TapeError) {
        scratch += "{\"stream\":\"".utf8
        scratch += batch.header.stream.utf8
        scratch += "\",".utf8
        let start = scratch.count
        batch.appendEnvelope(of: line, to: &scratch)
        // The envelope's own brace.
        scratch.remove(at: start)
        try appendScratch(line.kind, sequence: line.sequence, receive: line.receive, startsSegment: line.startsSegment)
    }

    private func appendScratch(
        _ kind: TapeLine.Kind, sequence: Int64, receive: Int64, startsSegment: Bool
    ) throws(TapeError) {
        let line = scratch
        scratch.removeAll(keepingCapacity: true)
        try append(line.span, kind, sequence: sequence, receive: receive, startsSegment: startsSegment)
    }

    private func append(
        _ line: borrowing Span<UInt8>, _ kind: TapeLine.Kind, sequence: Int64, receive: Int64, startsSegment: Bool
    ) throws(TapeError) {
        guard line.count <= TapeFormat.maximumLine else {
            throw TapeError(.lineTooLong(limit: TapeFormat.maximumLine), path: summary.path, line: summary.lines + 2)
        }
        try checkOrder(sequence, receive)
        if builder.closes(before: line.count, receive: receive), let member = builder.close() { try submit(member) }
        builder.append(line, sequence: sequence, receive: receive, startsSegment: startsSegment)
        last = (sequence, receive)
        summary.lines += 1
        if kind == .event { summary.events += 1 } else { summary.frames += 1 }
        if kind == .text || kind == .binary { summary.otherFrames += 1 }
        let known = summary.sequences ?? sequence...sequence
        summary.sequences = min(known.lowerBound, sequence)...max(known.upperBound, sequence)
        summary.receives = (summary.receives?.lowerBound ?? receive)...receive
    }

    private func checkOrder(_ sequence: Int64, _ receive: Int64) throws(TapeError) {
        let before = last ?? (0, 0)
        guard isMerged || sequence > before.sequence else {
            throw TapeError(.disorder("seq \(sequence) comes after \(before.sequence)"), path: summary.path)
        }
        guard receive >= before.receive else {
            throw TapeError(
                .disorder("receive \(receive) of seq \(sequence) is before \(before.receive)"), path: summary.path)
        }
    }

    private func submit(_ member: TapeMember.Closed) throws(TapeError) {
        summary.members += 1
        summary.textBytes += Int64(member.text.count)
        let level = configuration.level
        pending.append(pool.submit { TapeMember.encode(member, level: level) })
        if pending.count >= pendingLimit { try writeOldest() }
    }

    private func writeOldest() throws(TapeError) {
        let bytes = pending.removeFirst().wait()
        try output.write(bytes)
        summary.fileBytes += Int64(bytes.count)
    }

    /// Closes the last member, syncs the file and gives it its name.
    ///
    /// - Returns: what was written.
    /// - Throws: ``TapeError``; then there is no file.
    public consuming func finish() throws(TapeError) -> TapeSummary {
        if let member = builder.close() { try submit(member) }
        while !pending.isEmpty { try writeOldest() }
        try output.finish()
        return summary
    }
}
