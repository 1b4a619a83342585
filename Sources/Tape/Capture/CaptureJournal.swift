import Synchronization

/// The side journal `NAME.open`: the header's line, then every line that is not yet safe in the tape.
///
/// Intake appends; only the sealer moves it, syncs it and drops lines from it. It is never rewritten in place: what
/// stays goes to a new file that takes the name, so that at every moment a whole journal stands under the name.
final class CaptureJournal: Sendable {
    private struct State {
        var path: String
        var file: Int32
        /// Bytes of the file, all of them whole lines.
        var size: Int64
        /// Length of the header's line.
        var head: Int64
        /// Bytes of lines that were dropped from the journal so far: the place of the first line in it.
        var base: Int64 = 0
        /// Bytes of the file that are known to be on the disk.
        var synced: Int64 = 0
        /// Whether the folder has to be synced before a sync of the file counts.
        var isNameSynced = false
    }

    private let files: any FileSystem
    private let policy: TapeSyncPolicy
    private let meter: CaptureMeter
    private let state: Mutex<State>

    /// The journal's present path.
    var path: String { state.withLock { $0.path } }

    /// Creates and locks the journal of a first part; a journal of that name is an error.
    init(
        path: String, header: [UInt8], files: any FileSystem, policy: TapeSyncPolicy, meter: CaptureMeter
    ) throws(SystemFault) {
        self.files = files
        self.policy = policy
        self.meter = meter
        let temporary = path + CaptureNaming.rewriteSuffix
        let file = try files.create(temporary)
        do throws(SystemFault) {
            // Locked before it has its name: whoever looks for the journals of the dead never finds it unlocked.
            guard try files.lock(file) else { throw SystemFault(call: "flock", number: SystemFault.wouldBlock) }
            try files.writeAll(file, header[...], at: 0)
            if policy != .never { try files.sync(file) }
            try files.rename(temporary, to: path, replaces: false)
        } catch {
            files.close(file)
            try? files.remove(temporary)
            throw error
        }
        state = Mutex(State(path: path, file: file, size: Int64(header.count), head: Int64(header.count)))
    }

    /// Outcome of an append: bytes of whole lines that are in the journal, and why it is not all.
    struct Appended {
        var kept: Int
        var fault: SystemFault?
    }

    /// Appends whole lines with one write.
    ///
    /// - Throws: a fault after which nothing can be promised any more.
    func append(_ lines: ArraySlice<UInt8>) throws(SystemFault) -> Appended {
        try meter.timeJournal { () throws(SystemFault) in
            let held = try state.withLock { (state) throws(SystemFault) in try write(lines, &state) }
            return held
        }
    }

    private func write(_ lines: ArraySlice<UInt8>, _ state: inout State) throws(SystemFault) -> Appended {
        var rest = lines
        var fault: SystemFault?
        while !rest.isEmpty, fault == nil {
            do throws(SystemFault) {
                rest = rest.dropFirst(
                    try files.write(state.file, rest, at: state.size + Int64(lines.count - rest.count)))
            } catch {
                fault = error
            }
        }
        var kept = lines.count
        if let fault {
            // Cut back to the last whole line: what a reader finds is lines and nothing else.
            let written = lines[lines.startIndex..<rest.startIndex]
            kept = written.lastIndex(of: 0x0A).map { $0 + 1 - lines.startIndex } ?? 0
            try files.truncate(state.file, to: state.size + Int64(kept))
            guard fault.isFull else { throw fault }
        }
        state.size += Int64(kept)
        if policy == .every, kept > 0 { try sync(&state) }
        return Appended(kept: kept, fault: fault)
    }

    /// Place behind the last line: bytes of all lines ever appended.
    var end: Int64 { state.withLock { $0.base + $0.size - $0.head } }

    /// Forces what is there to the disk; for the sealer's thread, and intake does not wait for it.
    func sync() throws(SystemFault) {
        let (file, size, folderPath) = state.withLock { state in
            (
                state.synced < state.size ? state.file : nil, state.size,
                state.isNameSynced ? nil : folder(of: state.path)
            )
        }
        if let folderPath { try files.syncFolder(folderPath) }
        if let file { try meter.timeSync { () throws(SystemFault) in try files.sync(file) } }
        state.withLock { state in
            state.isNameSynced = true
            if file != nil { state.synced = max(state.synced, size) }
        }
    }

    private func sync(_ state: inout State) throws(SystemFault) {
        if !state.isNameSynced {
            try files.syncFolder(folder(of: state.path))
            state.isNameSynced = true
        }
        let file = state.file
        try meter.timeSync { () throws(SystemFault) in try files.sync(file) }
        state.synced = state.size
    }

    /// Drops the lines before a place, and takes another name if the part changes; for the sealer's thread.
    ///
    /// The old journal of another name stays: the caller removes it once the part it belongs to is complete.
    ///
    /// - Throws: a fault, and then the journal is what it was.
    func move(to path: String, header: [UInt8], keepingFrom place: Int64) throws(SystemFault) {
        let old = state.withLock { $0 }
        let temporary = old.path + CaptureNaming.rewriteSuffix
        if files.exists(temporary) { try files.remove(temporary) }
        let file = try files.create(temporary)
        do throws(SystemFault) {
            guard try files.lock(file) else { throw SystemFault(call: "flock", number: SystemFault.wouldBlock) }
            var fresh = State(path: path, file: file, size: Int64(header.count), head: Int64(header.count))
            fresh.base = place
            try files.writeAll(file, header[...], at: 0)
            // Most of it without the lock; intake only ever appends behind.
            try copy(from: old, upTo: old.size, to: &fresh)
            if policy != .never {
                try files.sync(file)
                fresh.synced = fresh.size
            }
            try state.withLock { (state) throws(SystemFault) in
                try copy(from: state, upTo: state.size, to: &fresh)
                // What was on the disk must not leave it.
                let syncedLines = state.base + state.synced - state.head
                if policy != .never, syncedLines > fresh.base + fresh.synced - fresh.head {
                    try files.sync(file)
                    fresh.synced = fresh.size
                }
                try files.rename(temporary, to: path, replaces: path == state.path)
                let previous = state.file
                state = fresh
                files.close(previous)
                if policy == .every { try sync(&state) }
            }
        } catch {
            let isOurs = state.withLock { $0.file == file }
            if !isOurs {
                files.close(file)
                try? files.remove(temporary)
            }
            throw error
        }
        if policy != .never { try sync() }
    }

    /// Copies lines that the new journal lacks.
    private func copy(from old: State, upTo size: Int64, to fresh: inout State) throws(SystemFault) {
        var place = old.head + (fresh.base + fresh.size - fresh.head) - old.base
        while place < size {
            let piece = try files.read(old.file, at: place, Int(min(256 << 10, size - place)))
            guard !piece.isEmpty else { throw SystemFault(call: "read", number: SystemFault.inputOutput) }
            try files.writeAll(fresh.file, piece[...], at: fresh.size)
            fresh.size += Int64(piece.count)
            place += Int64(piece.count)
        }
    }

    /// Removes the journal: every line is safe in the tape.
    func remove() throws(SystemFault) {
        let (path, file) = state.withLock { ($0.path, $0.file) }
        try files.remove(path)
        files.close(file)
        if policy != .never { try files.syncFolder(folder(of: path)) }
    }

    /// Gives the lock back and leaves the file for recovery.
    func abandon() { files.close(state.withLock { $0.file }) }
}
