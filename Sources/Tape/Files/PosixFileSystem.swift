#if canImport(Glibc)
    import Glibc
#endif

/// The real file system.
struct PosixFileSystem: FileSystem {
    func create(_ path: String) throws(SystemFault) -> Int32 {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SystemFault(call: "open", number: errno) }
        return file
    }

    func open(_ path: String) throws(SystemFault) -> Int32 {
        let file = Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw SystemFault(call: "open", number: errno) }
        return file
    }

    func lock(_ file: Int32) throws(SystemFault) -> Bool {
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw SystemFault(call: "flock", number: errno) }
        }
        return true
    }

    func write(_ file: Int32, _ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SystemFault) -> Int {
        while true {
            let count = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset)) }
            if count > 0 || bytes.isEmpty { return count }
            if count == 0 { throw .noProgress }
            guard errno == EINTR else { throw SystemFault(call: "write", number: errno) }
        }
    }

    func read(_ file: Int32, at offset: Int64, _ count: Int) throws(SystemFault) -> [UInt8] {
        var failure: Int32?
        let out = [UInt8](unsafeUninitializedCapacity: count) { space, done in
            while done < count, let base = space.baseAddress {
                let got = pread(file, base + done, count - done, off_t(offset) + off_t(done))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { return }
                done += got
            }
        }
        if let failure { throw SystemFault(call: "read", number: failure) }
        return out
    }

    func size(_ file: Int32) throws(SystemFault) -> Int64 {
        var status = stat()
        try check(fstat(file, &status), "fstat")
        return Int64(status.st_size)
    }

    func truncate(_ file: Int32, to size: Int64) throws(SystemFault) {
        try check(ftruncate(file, off_t(size)), "ftruncate")
    }

    func sync(_ file: Int32) throws(SystemFault) { try check(fdatasync(file), "fdatasync") }

    func syncFolder(_ path: String) throws(SystemFault) {
        let file = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw SystemFault(call: "open", number: errno) }
        defer { Glibc.close(file) }
        // Some network file systems cannot sync a folder, and say so; their renames are synchronous.
        guard fsync(file) != 0, errno != EINVAL else { return }
        throw SystemFault(call: "fsync", number: errno)
    }

    func close(_ file: Int32) { Glibc.close(file) }

    func rename(_ path: String, to name: String, replaces: Bool) throws(SystemFault) {
        if !replaces {
            // Unlike rename, link never replaces a file.
            if Glibc.link(path, name) == 0 { return try check(unlink(path), "unlink") }
            if errno == EEXIST { throw SystemFault(call: "link", number: errno) }
            if exists(name) { throw SystemFault(call: "link", number: EEXIST) }
        }
        try check(Glibc.rename(path, name), "rename")
    }

    func link(_ path: String, to name: String) throws(SystemFault) {
        guard Glibc.link(path, name) != 0 else { return }
        guard errno != EEXIST, !exists(name) else { throw SystemFault(call: "link", number: EEXIST) }
        try check(Glibc.rename(path, name), "rename")
    }

    func remove(_ path: String) throws(SystemFault) { try check(unlink(path), "unlink") }

    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    func freeBytes(in folder: String) throws(SystemFault) -> Int64 {
        var status = statvfs()
        try check(statvfs(folder, &status), "statvfs")
        let (bytes, over) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return over ? .max : Int64(clamping: bytes)
    }

    func entries(of folder: String) throws(SystemFault) -> [FolderEntry] {
        guard let directory = opendir(folder) else { throw SystemFault(call: "opendir", number: errno) }
        defer { closedir(directory) }
        var found: [FolderEntry] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let time = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            found.append(FolderEntry(name: name, size: Int64(status.st_size), modified: time))
        }
        return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func check(_ result: Int32, _ call: String) throws(SystemFault) {
        guard result == 0 else { throw SystemFault(call: call, number: errno) }
    }
}
