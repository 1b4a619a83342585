import CZlib

/// What only zlib can do: libdeflate takes a stream whole or not at all.
extension Deflate {
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
}
