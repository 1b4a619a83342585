#if canImport(Glibc)
    import Glibc
#endif

/// A file or standard input, read forwards through a buffer; a regular file also by place.
///
/// Blocks on the disk; used from one thread at a time.
final class InputFile {
    let path: String
    /// Size of a regular file; nil for a pipe.
    let size: Int64?
    private let descriptor: Int32
    private let closes: Bool
    private var buffer: [UInt8] = []
    private var start = 0
    /// Offset in the file of what ``read(upTo:)`` gives next.
    private(set) var offset: Int64 = 0
    private var isAtEnd = false

    /// Opens a file; `-` is standard input.
    init(path: String) throws(TapeError) {
        self.path = path
        closes = path != "-"
        descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TapeError(.system(call: "open", number: errno), path: path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            if closes { close(descriptor) }
            throw TapeError(.system(call: "fstat", number: number), path: path)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            if closes { close(descriptor) }
            throw TapeError(.isDirectory, path: path)
        }
        // Standard input may stand anywhere in its file, so it counts as a pipe.
        size = closes && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    deinit { if closes { close(descriptor) } }

    /// The next bytes without taking them; fewer than asked for only at the end.
    func peek(_ count: Int) throws(TapeError) -> [UInt8] {
        try fill(count)
        return Array(buffer[start..<min(buffer.count, start + count)])
    }

    /// Takes the next bytes; fewer than asked for only at the end.
    func read(exactly count: Int) throws(TapeError) -> [UInt8] {
        let held = min(count, buffer.count - start)
        var out: [UInt8] = []
        out.reserveCapacity(count)
        out += buffer[start..<start + held]
        start += held
        while out.count < count, !isAtEnd { try append(to: &out, count - out.count) }
        offset += Int64(out.count)
        return out
    }

    /// Takes what is next, at most so many bytes; nothing at the end.
    func read(upTo count: Int) throws(TapeError) -> [UInt8] {
        try fill(1)
        let held = min(count, buffer.count - start)
        let out = Array(buffer[start..<start + held])
        start += held
        offset += Int64(held)
        return out
    }

    /// Size of a regular file, asked for anew where it was smaller than needed when it was opened: tapes grow.
    func currentSize(atLeast needed: Int64) throws(TapeError) -> Int64? {
        guard let size, size < needed else { return size }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw TapeError(.system(call: "fstat", number: errno), path: path)
        }
        return Int64(status.st_size)
    }

    /// Reads anew from the present place: what was the end of a regular file may be no longer.
    func refresh() throws(TapeError) {
        guard size != nil else { return }
        buffer.removeAll(keepingCapacity: true)
        start = 0
        isAtEnd = false
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
            throw TapeError(.system(call: "lseek", number: errno), path: path)
        }
    }

    /// Goes on at another place of a regular file.
    func seek(to place: Int64) throws(TapeError) {
        let ahead = place - offset
        if ahead >= 0, ahead <= Int64(buffer.count - start) {
            start += Int(ahead)
            offset = place
            return
        }
        guard lseek(descriptor, off_t(place), SEEK_SET) >= 0 else {
            throw TapeError(.system(call: "lseek", number: errno), path: path)
        }
        buffer.removeAll(keepingCapacity: true)
        start = 0
        offset = place
        isAtEnd = false
    }

    /// Leaves bytes out; nothing happens at the end of a pipe.
    func skip(_ count: Int) throws(TapeError) {
        if size != nil {
            try seek(to: offset + Int64(count))
        } else {
            _ = try read(exactly: count)
        }
    }

    /// Bytes at a place of a regular file, without moving; fewer than asked for only at the end.
    func bytes(at place: Int64, _ count: Int) throws(TapeError) -> [UInt8] {
        guard place >= 0 else { return [] }
        var failure: Int32?
        let out = [UInt8](unsafeUninitializedCapacity: count) { space, done in
            while done < count, let base = space.baseAddress {
                let got = pread(descriptor, base + done, count - done, off_t(place) + off_t(done))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { return }
                done += got
            }
        }
        if let failure { throw TapeError(.system(call: "pread", number: failure), path: path, offset: place) }
        return out
    }

    private func fill(_ count: Int) throws(TapeError) {
        guard buffer.count - start < count, !isAtEnd else { return }
        buffer.removeFirst(start)
        start = 0
        while buffer.count < count, !isAtEnd { try append(to: &buffer, max(64 << 10, count - buffer.count)) }
    }

    private func append(to out: inout [UInt8], _ count: Int) throws(TapeError) {
        var failure: Int32?
        let piece = [UInt8](unsafeUninitializedCapacity: count) { space, done in
            while true {
                let got = Glibc.read(descriptor, space.baseAddress, count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                done = max(0, got)
                return
            }
        }
        if let failure { throw TapeError(.system(call: "read", number: failure), path: path, offset: offset) }
        if piece.isEmpty { isAtEnd = true }
        out += piece
    }
}
