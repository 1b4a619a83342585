import CDeflate

/// The calls of libdeflate that members need, each on whole buffers; nothing of it leaves this file.
enum Deflate {
    /// Compresses to a raw deflate stream.
    ///
    /// - Parameters:
    ///   - text: what to compress.
    ///   - level: 1 to 9.
    /// - Returns: a complete stream; for one version of libdeflate a function of text and level alone.
    static func compress(_ text: [UInt8], level: Int) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(Int32(level)) else {
            fatalError("libdeflate gives no compressor of level \(level): out of memory")
        }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_deflate_compress_bound(compressor, text.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { out, count in
            count = text.withUnsafeBufferPointer { input in
                libdeflate_deflate_compress(compressor, input.baseAddress, input.count, out.baseAddress, bound)
            }
            // No stream is empty, not even that of no text.
            guard count > 0 else { fatalError("libdeflate's own bound did not hold") }
        }
    }

    /// Inflates a raw deflate stream that must yield exactly `size` bytes and fill its range exactly.
    ///
    /// - Returns: the text, or nil if the stream is damaged, longer or shorter.
    static func decompress(_ bytes: [UInt8], _ range: Range<Int>, size: Int) -> [UInt8]? {
        guard let decompressor = libdeflate_alloc_decompressor() else {
            fatalError("libdeflate gives no decompressor: out of memory")
        }
        defer { libdeflate_free_decompressor(decompressor) }
        var isWhole = false
        let text = [UInt8](unsafeUninitializedCapacity: size) { out, count in
            bytes.withUnsafeBufferPointer { input in
                let part = UnsafeBufferPointer(rebasing: input[range])
                var used = 0
                // Without a place for the text's size it succeeds only if the text fills `out`.
                let result = libdeflate_deflate_decompress_ex(
                    decompressor, part.baseAddress, part.count, out.baseAddress, size, &used, nil)
                isWhole = result == LIBDEFLATE_SUCCESS && used == part.count
            }
            count = isWhole ? size : 0
        }
        return isWhole ? text : nil
    }

    /// CRC-32 of some bytes of an array.
    static func crc32(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            let part = UnsafeBufferPointer(rebasing: buffer[range])
            return libdeflate_crc32(0, part.baseAddress, part.count)
        }
    }

    /// CRC-32 of some bytes of a span.
    static func crc32(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        bytes.extracting(range).withUnsafeBufferPointer { part in
            libdeflate_crc32(0, part.baseAddress, part.count)
        }
    }
}
