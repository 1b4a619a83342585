import Synchronization

/// Writes closed members to the tape, starts parts, then lets the journal drop its lines: always in this order.
///
/// Each step may fail for want of space and be tried again; what was written in part is cut off first. It works on one
/// thread at a time.
final class CaptureSealer: Sendable {
    private struct State {
        var header: TapeHeader
        var path: String
        /// nil: the part's file is to be created.
        var file: Int32?
        var size: Int64 = 0
        var part: CapturedPart
        /// Journal of the part before, to be removed once the new one has its name.
        var oldJournal: String?
        /// Place up to which the journal may drop its lines.
        var sealedEnd: Int64 = 0
        var droppedEnd: Int64 = 0
        var isSynced = true
        var lastSegment: Int64 = 0
    }

    private let configuration: TapeCaptureConfiguration
    private let files: any FileSystem
    private let journal: CaptureJournal
    private let queue: CaptureQueue
    private let meter: CaptureMeter
    private let notify: @Sendable (CaptureNotice) -> Void
    private let state: Mutex<State>
    private let current: Mutex<String>

    /// Path of the part that is written; never waits for the disk.
    var path: String { current.withLock { $0 } }

    init(
        _ configuration: TapeCaptureConfiguration, header: TapeHeader, files: any FileSystem, journal: CaptureJournal,
        queue: CaptureQueue, meter: CaptureMeter, notify: @escaping @Sendable (CaptureNotice) -> Void
    ) {
        self.configuration = configuration
        self.files = files
        self.journal = journal
        self.queue = queue
        self.meter = meter
        self.notify = notify
        let path = configuration.path(stream: header.stream, part: header.part)
        current = Mutex(path)
        state = Mutex(State(header: header, path: path, part: Self.part(path, header)))
    }

    private static func part(_ path: String, _ header: TapeHeader) -> CapturedPart {
        CapturedPart(path: path, stream: header.stream, part: header.part, bytes: 0, lines: 0)
    }

    private var syncs: Bool { configuration.sync != .never }

    /// Creates the first part.
    func start() throws(SystemFault) {
        try state.withLock { (state) throws(SystemFault) in
            try ensureTape(&state)
            if syncs { try sync(&state) }
        }
    }

    /// Seals all that waits.
    ///
    /// - Throws: a fault; after one for want of space it can be called again.
    func seal() throws(SystemFault) {
        try state.withLock { (state) throws(SystemFault) in
            while let entry = queue.first {
                try seal(entry, &state)
                queue.removeFirst()
            }
            try settle(&state)
        }
    }

    private func seal(_ entry: CaptureQueue.Entry, _ state: inout State) throws(SystemFault) {
        let bytes = TapeMember.encode(entry.member, level: configuration.level)
        if state.part.lines > 0 {
            let isFull = configuration.rotateSize.map { state.size + Int64(bytes.count) > $0 } ?? false
            if isFull || entry.startsPart { try rotate(before: entry, &state) }
        }
        try ensureTape(&state)
        try append(bytes, &state)
        let field = entry.member.field
        state.part.lines += Int64(field.lines)
        state.part.sequences = (state.part.sequences?.lowerBound ?? field.firstSequence)...field.lastSequence
        state.part.receives = (state.part.receives?.lowerBound ?? field.firstReceive)...field.lastReceive
        state.sealedEnd = entry.place.upperBound
        meter.update { $0.members += 1 }
    }

    /// Syncs the tape, then drops the sealed lines from the journal.
    private func settle(_ state: inout State) throws(SystemFault) {
        try finishRotation(&state)
        guard state.droppedEnd < state.sealedEnd else { return }
        if syncs, !state.isSynced { try sync(&state) }
        var header: [UInt8] = []
        state.header.appendLine(to: &header)
        header.append(0x0A)
        try journal.move(to: state.path + CaptureNaming.journalSuffix, header: header, keepingFrom: state.sealedEnd)
        state.droppedEnd = state.sealedEnd
    }

    /// Completes the part and begins the next one with a member.
    ///
    /// The journal moves first: from then on the new part can be rebuilt from it alone.
    private func rotate(before entry: CaptureQueue.Entry, _ state: inout State) throws(SystemFault) {
        try ensureTape(&state)
        if syncs, !state.isSynced { try sync(&state) }
        var header = state.header
        header.part += 1
        header.receive = entry.member.field.firstReceive
        let path = configuration.path(stream: header.stream, part: header.part)
        var line: [UInt8] = []
        header.appendLine(to: &line)
        line.append(0x0A)
        let oldJournal = state.path + CaptureNaming.journalSuffix
        try journal.move(to: path + CaptureNaming.journalSuffix, header: line, keepingFrom: entry.place.lowerBound)
        state.droppedEnd = entry.place.lowerBound
        if let file = state.file { files.close(file) }
        let closed = state.part
        state.header = header
        state.path = path
        current.withLock { $0 = path }
        state.file = nil
        state.size = 0
        state.isSynced = true
        state.part = Self.part(path, header)
        state.lastSegment = entry.member.field.segment
        state.oldJournal = oldJournal
        try finishRotation(&state)
        complete(closed)
        notify(.partOpened(path: path, part: header.part))
    }

    private func finishRotation(_ state: inout State) throws(SystemFault) {
        guard let old = state.oldJournal else { return }
        if files.exists(old) { try files.remove(old) }
        state.oldJournal = nil
    }

    private func complete(_ part: CapturedPart) {
        meter.update { $0.closedParts += 1 }
        notify(.partClosed(part))
    }

    /// Creates the part's file and writes its header, if that is still to be done.
    private func ensureTape(_ state: inout State) throws(SystemFault) {
        if state.file == nil {
            state.file = try files.create(state.path)
            state.size = 0
        }
        guard state.size == 0 else { return }
        var line: [UInt8] = []
        state.header.appendLine(to: &line)
        let member = TapeMemberBuilder.header(line, receive: state.header.receive, segment: state.lastSegment)
        try append(TapeMember.encode(member, level: configuration.level), &state)
        if syncs {
            try sync(&state)
            try files.syncFolder(configuration.folder)
        }
    }

    private func append(_ bytes: [UInt8], _ state: inout State) throws(SystemFault) {
        guard let file = state.file else { return }
        do throws(SystemFault) {
            try files.writeAll(file, bytes[...], at: state.size)
        } catch {
            try files.truncate(file, to: state.size)
            throw error
        }
        state.size += Int64(bytes.count)
        state.part.bytes = state.size
        state.isSynced = false
        meter.update { $0.tapeBytes += Int64(bytes.count) }
    }

    private func sync(_ state: inout State) throws(SystemFault) {
        guard let file = state.file else { return }
        try meter.timeSync { () throws(SystemFault) in try files.sync(file) }
        state.isSynced = true
    }

    /// Completes the last part: syncs the tape, removes the journal.
    func finish() throws(SystemFault) {
        try seal()
        try state.withLock { (state) throws(SystemFault) in
            try ensureTape(&state)
            if syncs, !state.isSynced { try sync(&state) }
            try journal.remove()
            if let file = state.file { files.close(file) }
            state.file = nil
            complete(state.part)
        }
    }

    /// Leaves everything as it is, for recovery.
    func abandon() {
        state.withLock { state in
            if let file = state.file { files.close(file) }
            state.file = nil
        }
        journal.abandon()
    }
}
