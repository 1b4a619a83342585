/// The recovered tape while it is written: whole members as they are, other lines by the writer's own rules.
struct RecoveryOutput {
    private let files: any FileSystem
    private let file: Int32
    private let level: Int
    private var builder: TapeMemberBuilder
    private(set) var size: Int64 = 0
    private(set) var last: (sequence: Int64, receive: Int64) = (0, 0)
    private(set) var isClosed = false
    private(set) var report: TapeRecoveryReport
    /// Whether what is written differs from the file that was there.
    private(set) var differs = false
    private var segment: Int64 = 0
    private var started: Int64 = 0
    private let configuration: TapeWriterConfiguration

    init(_ files: any FileSystem, file: Int32, configuration: TapeWriterConfiguration, report: TapeRecoveryReport) {
        self.files = files
        self.file = file
        self.report = report
        self.configuration = configuration
        level = configuration.level
        builder = TapeMemberBuilder(
            size: configuration.memberSize, time: configuration.memberNanoseconds, segment: 0)
    }

    /// Notes that something of the file is left out, though no line of it is new.
    mutating func leaveOut() { differs = true }

    mutating func update(_ change: (inout TapeRecoveryReport) -> Void) { change(&report) }

    /// Writes the header's member, to the byte where it was whole.
    mutating func header(_ line: [UInt8], receive: Int64, bytes: [UInt8]?) throws(SystemFault) {
        started = receive
        if let bytes { return try write(bytes) }
        differs = true
        try write(TapeMember.encode(TapeMemberBuilder.header(line, receive: receive, segment: 0), level: level))
    }

    /// Writes a whole member as it is, if all its lines are new; its new lines otherwise.
    mutating func member(
        _ bytes: [UInt8], _ field: TapeMemberField, _ content: TapeMember.Content
    ) throws(SystemFault) {
        report.members += 1
        guard field.firstSequence > last.sequence, field.firstReceive >= last.receive else {
            differs = true
            for line in content.lines { try append(content, line) }
            return
        }
        try flush()
        segment = max(segment, field.segment)
        for line in content.lines { note(line, content.text.span) }
        // Lines behind it belong to the segment that this member ends in.
        builder = TapeMemberBuilder(
            size: configuration.memberSize, time: configuration.memberNanoseconds, segment: segment)
        try write(bytes)
    }

    /// Writes a line if it is new.
    ///
    /// - Returns: whether it was.
    @discardableResult
    mutating func append(_ content: TapeMember.Content, _ line: TapeLine) throws(SystemFault) -> Bool {
        guard line.sequence > last.sequence, line.receive >= last.receive else {
            report.duplicates += 1
            return false
        }
        differs = true
        if builder.closes(before: line.line.count, receive: line.receive) { try flush() }
        builder.append(
            content.text.span.extracting(line.line), sequence: line.sequence, receive: line.receive,
            startsSegment: line.startsSegment)
        note(line, content.text.span)
        return true
    }

    private mutating func note(_ line: TapeLine, _ text: borrowing Span<UInt8>) {
        if last.sequence > 0, line.sequence > last.sequence + 1 {
            let hole = last.sequence + 1...line.sequence - 1
            if report.holes.count < 1_000 { report.holes.append(hole) }
            report.missingLines += hole.upperBound - hole.lowerBound + 1
        }
        last = (line.sequence, line.receive)
        report.lines += 1
        if line.kind != .event { report.frames += 1 }
        report.sequences = (report.sequences?.lowerBound ?? line.sequence)...line.sequence
        report.lastReceive = line.receive
        if line.startsSegment { segment = line.sequence }
        isClosed = false
        if line.kind == .event, let event = TapeEvent(line: text, in: line.line), case .closed = event {
            isClosed = true
        }
    }

    private mutating func flush() throws(SystemFault) {
        if let member = builder.close() { try write(TapeMember.encode(member, level: level)) }
    }

    /// Ends the stream where no recorder did.
    mutating func close() throws(SystemFault) {
        var text: [UInt8] = []
        LineCoding.appendEvent(
            .closed(cause: "recovered"), sequence: last.sequence + 1, receive: max(started, last.receive), to: &text)
        text.append(0x0A)
        let content = TapeMember.goodLines(in: text, isVerified: true)
        for line in content.lines { try append(content, line) }
    }

    /// Writes the last member and forces all to the disk.
    mutating func finish() throws(SystemFault) {
        try flush()
        report.bytes = size
        try files.sync(file)
    }

    private mutating func write(_ bytes: [UInt8]) throws(SystemFault) {
        try files.writeAll(file, bytes[...], at: size)
        size += Int64(bytes.count)
    }
}
