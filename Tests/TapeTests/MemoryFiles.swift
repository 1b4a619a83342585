import Foundation
import Synchronization

@testable import Tape

/// A file system in memory that can fail any call, stop at any call as a killed process does, and lose its power.
final class MemoryFiles: FileSystem {
    /// What to do with a call.
    enum Order {
        case go
        case fail(Int32)
        /// Write only so many bytes, then fail the next write.
        case short(Int)
        /// The process dies here: nothing more happens; a write gets this far.
        case die(Int)
    }

    struct Inode {
        var data: [UInt8] = []
        var synced: [UInt8] = []
        var modified: Int64 = 0
    }

    struct State {
        var inodes: [Int: Inode] = [:]
        var names: [String: Int] = [:]
        /// What the folder is known to be on the disk, and every state since.
        var history: [[String: Int]] = [[:]]
        var open: [Int32: Int] = [:]
        var locks: [Int: Int32] = [:]
        var nextFile: Int32 = 100
        var nextInode = 1
        var calls = 0
        var isDead = false
        var capacity = Int.max
        var log: [String] = []
        var used: Int { Set(names.values).union(open.values).reduce(0) { $0 + (inodes[$1]?.data.count ?? 0) } }
    }

    let state: Mutex<State>
    private let order: @Sendable (Int, String) -> Order

    init(_ state: State = State(), order: @escaping @Sendable (Int, String) -> Order = { _, _ in .go }) {
        self.state = Mutex(state)
        self.order = order
    }

    var calls: Int { state.withLock { $0.calls } }

    var capacity: Int {
        get { state.withLock { $0.capacity } }
        set { state.withLock { $0.capacity = newValue } }
    }

    func data(_ path: String) -> [UInt8]? { state.withLock { s in s.names[path].flatMap { s.inodes[$0]?.data } } }

    var names: [String] { state.withLock { $0.names.keys.sorted() } }

    func put(_ path: String, _ data: [UInt8], modified: Int64 = 0) {
        state.withLock { s in
            s.inodes[s.nextInode] = Inode(data: data, synced: data, modified: modified)
            s.names[path] = s.nextInode
            s.nextInode += 1
            s.history = [s.names]
        }
    }

    /// The same disk after the process died: descriptors and locks are gone.
    func afterDeath(order: @escaping @Sendable (Int, String) -> Order = { _, _ in .go }) -> MemoryFiles {
        var copy = state.withLock { $0 }
        copy.open = [:]
        copy.locks = [:]
        copy.isDead = false
        copy.calls = 0
        copy.capacity = .max
        return MemoryFiles(copy, order: order)
    }

    /// The disk after a power cut: what was synced, and any subset of the rest.
    func afterPowerCut(_ random: inout Seeded) -> MemoryFiles {
        var copy = state.withLock { $0 }
        copy.names = copy.history[Int.random(in: 0..<copy.history.count, using: &random)]
        for (number, inode) in copy.inodes.sorted(by: { $0.key < $1.key }) {
            var data = inode.synced
            switch Int.random(in: 0..<3, using: &random) {
            case 0: break
            case 1:
                // The size reached the disk, the blocks only in part.
                let length = Int.random(in: min(data.count, inode.data.count)...inode.data.count, using: &random)
                for index in data.count..<max(data.count, length) {
                    data.append(index / 64 % 2 == Int.random(in: 0...1, using: &random) ? 0 : inode.data[index])
                }
            default: if inode.data.count >= data.count { data = inode.data }
            }
            copy.inodes[number]?.data = data
            copy.inodes[number]?.synced = data
        }
        copy.history = [copy.names]
        copy.open = [:]
        copy.locks = [:]
        copy.isDead = false
        copy.calls = 0
        return MemoryFiles(copy)
    }

    private func begin(_ call: String) throws(SystemFault) -> Order {
        let (number, isDead) = state.withLock { s in
            s.calls += 1
            s.log.append(call)
            return (s.calls, s.isDead)
        }
        if isDead { throw SystemFault(call: "killed", number: EIO) }
        let order = order(number, call)
        switch order {
        case .fail(let code): throw SystemFault(call: call, number: code)
        case .die(let count) where call != "write" || count == 0:
            state.withLock { $0.isDead = true }
            throw SystemFault(call: "killed", number: EIO)
        default: return order
        }
    }

    func create(_ path: String) throws(SystemFault) -> Int32 {
        _ = try begin("create")
        return try state.withLock { (s) throws(SystemFault) in
            guard s.names[path] == nil else { throw SystemFault(call: "open", number: EEXIST) }
            s.inodes[s.nextInode] = Inode()
            s.names[path] = s.nextInode
            s.nextInode += 1
            s.history.append(s.names)
            s.nextFile += 1
            s.open[s.nextFile] = s.nextInode - 1
            return s.nextFile
        }
    }

    func open(_ path: String) throws(SystemFault) -> Int32 {
        _ = try begin("open")
        return try state.withLock { (s) throws(SystemFault) in
            guard let inode = s.names[path] else { throw SystemFault(call: "open", number: ENOENT) }
            s.nextFile += 1
            s.open[s.nextFile] = inode
            return s.nextFile
        }
    }

    func lock(_ file: Int32) throws(SystemFault) -> Bool {
        _ = try begin("lock")
        return state.withLock { s in
            guard let inode = s.open[file], s.locks[inode] == nil || s.locks[inode] == file else { return false }
            s.locks[inode] = file
            return true
        }
    }

    func write(_ file: Int32, _ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SystemFault) -> Int {
        let order = try begin("write")
        return try state.withLock { (s) throws(SystemFault) in
            guard let number = s.open[file], var inode = s.inodes[number] else {
                throw SystemFault(call: "write", number: EBADF)
            }
            var count = bytes.count
            if case .short(let limit) = order { count = min(count, max(1, limit)) }
            if case .die(let limit) = order { count = min(count, limit) }
            let start = Int(offset)
            let room = s.capacity == .max ? Int.max : max(0, s.capacity - s.used + max(0, inode.data.count - start))
            count = min(count, room)
            guard count > 0 || bytes.isEmpty else { throw SystemFault(call: "write", number: ENOSPC) }
            if inode.data.count < start + count {
                inode.data += [UInt8](repeating: 0, count: start + count - inode.data.count)
            }
            inode.data.replaceSubrange(start..<start + count, with: bytes.prefix(count))
            s.inodes[number] = inode
            if case .die = order {
                s.isDead = true
                throw SystemFault(call: "killed", number: EIO)
            }
            return count
        }
    }

    func read(_ file: Int32, at offset: Int64, _ count: Int) throws(SystemFault) -> [UInt8] {
        _ = try begin("read")
        return state.withLock { s in
            let data = s.open[file].flatMap { s.inodes[$0]?.data } ?? []
            let start = min(data.count, Int(offset))
            return Array(data[start..<min(data.count, start + count)])
        }
    }

    func size(_ file: Int32) throws(SystemFault) -> Int64 {
        _ = try begin("size")
        return state.withLock { s in Int64(s.open[file].flatMap { s.inodes[$0]?.data.count } ?? 0) }
    }

    func truncate(_ file: Int32, to size: Int64) throws(SystemFault) {
        _ = try begin("truncate")
        state.withLock { s in
            guard let number = s.open[file] else { return }
            let count = s.inodes[number]?.data.count ?? 0
            s.inodes[number]?.data.removeLast(max(0, count - Int(size)))
        }
    }

    func sync(_ file: Int32) throws(SystemFault) {
        _ = try begin("fdatasync")
        state.withLock { s in
            guard let number = s.open[file], let data = s.inodes[number]?.data else { return }
            s.inodes[number]?.synced = data
        }
    }

    func syncFolder(_ path: String) throws(SystemFault) {
        _ = try begin("fsync")
        state.withLock { $0.history = [$0.names] }
    }

    func close(_ file: Int32) {
        state.withLock { s in
            guard !s.isDead, let inode = s.open.removeValue(forKey: file) else { return }
            if s.locks[inode] == file { s.locks[inode] = nil }
        }
    }

    func rename(_ path: String, to name: String, replaces: Bool) throws(SystemFault) {
        _ = try begin("rename")
        try state.withLock { (s) throws(SystemFault) in
            guard let inode = s.names[path] else { throw SystemFault(call: "rename", number: ENOENT) }
            guard replaces || s.names[name] == nil else { throw SystemFault(call: "link", number: EEXIST) }
            s.names[path] = nil
            s.names[name] = inode
            s.history.append(s.names)
        }
    }

    func link(_ path: String, to name: String) throws(SystemFault) {
        _ = try begin("link")
        try state.withLock { (s) throws(SystemFault) in
            guard let inode = s.names[path] else { throw SystemFault(call: "link", number: ENOENT) }
            guard s.names[name] == nil else { throw SystemFault(call: "link", number: EEXIST) }
            s.names[name] = inode
            s.history.append(s.names)
        }
    }

    func remove(_ path: String) throws(SystemFault) {
        _ = try begin("remove")
        try state.withLock { (s) throws(SystemFault) in
            guard s.names.removeValue(forKey: path) != nil else { throw SystemFault(call: "unlink", number: ENOENT) }
            s.history.append(s.names)
        }
    }

    func exists(_ path: String) -> Bool { state.withLock { $0.names[path] != nil } }

    func freeBytes(in folder: String) throws(SystemFault) -> Int64 {
        state.withLock { s in s.capacity == .max ? .max : Int64(max(0, s.capacity - s.used)) }
    }

    func entries(of folder: String) throws(SystemFault) -> [FolderEntry] {
        _ = try begin("entries")
        return state.withLock { s in
            s.names.keys.filter { $0.hasPrefix(folder + "/") }.sorted().map { path in
                let inode = s.names[path].flatMap { s.inodes[$0] }
                return FolderEntry(
                    name: String(path.dropFirst(folder.count + 1)), size: Int64(inode?.data.count ?? 0),
                    modified: inode?.modified ?? 0)
            }
        }
    }
}
