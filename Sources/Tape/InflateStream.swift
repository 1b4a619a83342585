import CZlib

/// A gzip file of one or many members, inflated piece by piece.
///
/// Owns zlib's state, at a fixed address, since zlib keeps a pointer back to it.
final class InflateStream {
    enum Fault: Error { case truncated, damaged, trailing }

    private let stream: UnsafeMutablePointer<z_stream>
    private let read: () throws(TapeError) -> [UInt8]
    private var input: [UInt8] = []
    private var used = 0
    private var isInMember = false
    private var isAtEnd = false

    /// Starts at the first member.
    ///
    /// - Parameter read: gives the next bytes of the file; none at its end.
    init(read: @escaping () throws(TapeError) -> [UInt8]) {
        self.read = read
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 + 16: the largest window, gzip format.
        guard inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            fatalError("zlib gives no inflate stream: out of memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Appends the next text, at most `count` bytes; what is appended is good even where a fault follows.
    ///
    /// - Returns: a fault or an error that ends the file, `.success(false)` at its end.
    func append(to out: inout [UInt8], _ count: Int) -> Result<Bool, any Error> {
        while true {
            if used == input.count, !isAtEnd {
                do throws(TapeError) { input = try read() } catch { return .failure(error) }
                used = 0
                isAtEnd = input.isEmpty
            }
            if isAtEnd { return isInMember ? .failure(Fault.truncated) : .success(false) }
            if !isInMember {
                guard input[used] == 0x1F else { return .failure(Fault.trailing) }
                inflateReset(stream)
                isInMember = true
            }
            let (status, text) = step(count)
            out += text
            switch status {
            case Z_STREAM_END: isInMember = false
            case Z_OK, Z_BUF_ERROR: break
            default: return .failure(Fault.damaged)
            }
            if !text.isEmpty { return .success(true) }
        }
    }

    private func step(_ count: Int) -> (Int32, [UInt8]) {
        var status = Z_OK
        let text = [UInt8](unsafeUninitializedCapacity: count) { space, done in
            input.withUnsafeBufferPointer { bytes in
                let part = UnsafeBufferPointer(rebasing: bytes[used...])
                stream.pointee.next_in = UnsafeMutablePointer(mutating: part.baseAddress)
                stream.pointee.avail_in = UInt32(part.count)
                stream.pointee.next_out = space.baseAddress
                stream.pointee.avail_out = UInt32(count)
                status = inflate(stream, Z_NO_FLUSH)
                used += part.count - Int(stream.pointee.avail_in)
                done = count - Int(stream.pointee.avail_out)
            }
        }
        return (status, text)
    }
}
