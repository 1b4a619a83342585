import CZlib

/// The calls of zlib that members need, each on whole buffers; nothing of C leaves this file and `InflateStream`.
enum Deflate {
    /// Compresses to a raw deflate stream.
    ///
    /// - Parameters:
    ///   - text: what to compress.
    ///   - level: 1 to 9.
    /// - Returns: a complete stream; for one version of zlib a function of text and level alone.
    static func compress(_ text: [UInt8], level: Int) -> [UInt8] {
        var stream = z_stream()
        let status = deflateInit2_(
            &stream, Int32(level), Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { fatalError("zlib gives no deflate stream (\(status)): out of memory") }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(text.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { out, count in
            // zlib does not write through next_in; its type merely lacks the const.
            text.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = out.baseAddress
                stream.avail_out = UInt32(bound)
                let end = deflate(&stream, Z_FINISH)
                guard end == Z_STREAM_END else { fatalError("zlib's own bound did not hold (\(end))") }
            }
            count = bound - Int(stream.avail_out)
        }
    }

    /// Inflates a raw deflate stream that must yield exactly `size` bytes and fill its range exactly.
    ///
    /// - Returns: the text, or nil if the stream is damaged, longer or shorter.
    static func decompress(_ bytes: [UInt8], _ range: Range<Int>, size: Int) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            fatalError("zlib gives no inflate stream: out of memory")
        }
        defer { inflateEnd(&stream) }
        var complete = false
        let text = [UInt8](unsafeUninitializedCapacity: size) { out, count in
            bytes.withUnsafeBufferPointer { input in
                let part = UnsafeBufferPointer(rebasing: input[range])
                stream.next_in = UnsafeMutablePointer(mutating: part.baseAddress)
                stream.avail_in = UInt32(part.count)
                stream.next_out = out.baseAddress
                stream.avail_out = UInt32(size)
                complete = inflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = size - Int(stream.avail_out)
        }
        return complete && stream.avail_in == 0 && text.count == size ? text : nil
    }

    /// As much of a member's text as can be inflated.
    struct Prefix {
        var text: [UInt8]
        /// Whether the stream ended and its CRC-32 and length follow and are right.
        var isWhole: Bool
        /// Index behind the trailer, if whole.
        var end: Int
    }

    /// Inflates the raw deflate stream of a damaged member as far as it goes.
    ///
    /// - Returns: nil if there is nothing to inflate.
    static func prefix(_ bytes: [UInt8], from start: Int, limit: Int) -> Prefix? {
        guard bytes.count > start else { return nil }
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            fatalError("zlib gives no inflate stream: out of memory")
        }
        defer { inflateEnd(&stream) }
        var status = Z_OK
        var rest = 0
        let text = [UInt8](unsafeUninitializedCapacity: limit) { out, count in
            bytes.withUnsafeBufferPointer { input in
                let part = UnsafeBufferPointer(rebasing: input[start...])
                stream.next_in = UnsafeMutablePointer(mutating: part.baseAddress)
                stream.avail_in = UInt32(part.count)
                stream.next_out = out.baseAddress
                stream.avail_out = UInt32(limit)
                status = inflate(&stream, Z_SYNC_FLUSH)
                rest = Int(stream.avail_in)
            }
            count = limit - Int(stream.avail_out)
        }
        let trailer = bytes.count - rest
        guard status == Z_STREAM_END, rest >= TapeMemberField.trailerSize else {
            return Prefix(text: text, isWhole: false, end: 0)
        }
        let (crc, size) = (bytes.span.little(trailer, 4), bytes.span.little(trailer + 4, 4))
        let isWhole = crc == UInt64(crc32(text, 0..<text.count)) && size == UInt64(text.count)
        return Prefix(text: text, isWhole: isWhole, end: trailer + TapeMemberField.trailerSize)
    }

    /// CRC-32 of some bytes of an array.
    static func crc32(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            let part = UnsafeBufferPointer(rebasing: buffer[range])
            return UInt32(truncatingIfNeeded: CZlib.crc32_z(0, part.baseAddress, part.count))
        }
    }

    /// CRC-32 of some bytes of a span.
    static func crc32(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        bytes.extracting(range).withUnsafeBufferPointer { part in
            UInt32(truncatingIfNeeded: CZlib.crc32_z(0, part.baseAddress, part.count))
        }
    }
}
