#if canImport(Glibc)
    import Glibc
#endif

/// A file that appears under its name only when it is whole: written as `NAME.partial`, synced, then given its name.
///
/// Blocks on the disk. Whatever ends it early removes the partial file.
final class OutputFile {
    let path: String
    private let partial: String
    private let overwrites: Bool
    private var descriptor: Int32

    /// Opens and locks the partial file; one that a killed process left behind is taken over.
    init(path: String, overwrites: Bool) throws(TapeError) {
        self.path = path
        self.overwrites = overwrites
        partial = path + ".partial"
        var status = stat()
        if lstat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw TapeError(.isDirectory, path: path) }
            if !overwrites { throw TapeError(.exists, path: path) }
        }
        descriptor = try Self.openLocked(partial, naming: path)
    }

    private static func openLocked(_ partial: String, naming path: String) throws(TapeError) -> Int32 {
        while true {
            let descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw TapeError(.system(call: "open", number: errno), path: path) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw TapeError(.busy, path: path)
            }
            // Between open and lock the other writer may have renamed its file: then ours is not the one named.
            var held = stat()
            var named = stat()
            guard fstat(descriptor, &held) == 0, stat(partial, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            else {
                close(descriptor)
                continue
            }
            guard ftruncate(descriptor, 0) == 0 else {
                let number = errno
                close(descriptor)
                throw TapeError(.system(call: "ftruncate", number: number), path: path)
            }
            return descriptor
        }
    }

    deinit { abandon() }

    /// Removes the partial file; after ``finish()`` nothing is left to remove.
    func abandon() {
        guard descriptor >= 0 else { return }
        unlink(partial)
        close(descriptor)
        descriptor = -1
    }

    /// Appends bytes.
    func write(_ bytes: [UInt8]) throws(TapeError) {
        let failure: Int32? = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count, let base = buffer.baseAddress {
                let count = Glibc.write(descriptor, base + done, buffer.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                done += count
            }
            return nil
        }
        if let failure {
            abandon()
            throw TapeError(.system(call: "write", number: failure), path: path)
        }
    }

    /// Syncs the file, gives it its name, syncs the folder.
    func finish() throws(TapeError) {
        try check(fsync(descriptor), "fsync")
        if overwrites {
            try check(rename(partial, path), "rename")
        } else if link(partial, path) == 0 {
            // Unlike rename, link never replaces a file that appeared meanwhile.
            unlink(partial)
        } else if errno == EEXIST {
            abandon()
            throw TapeError(.exists, path: path)
        } else {
            // A file system without hard links.
            try check(rename(partial, path), "rename")
        }
        close(descriptor)
        descriptor = -1
        let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private func check(_ result: Int32, _ call: String) throws(TapeError) {
        guard result != 0 else { return }
        let number = errno
        abandon()
        throw TapeError(.system(call: call, number: number), path: path)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
