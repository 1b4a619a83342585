#if canImport(Glibc)
    import Glibc
#endif

/// Searches in bytes with the C library's `memchr`, which uses the processor's vector unit.
enum LineScan {
    /// Index of the next LF at or after `start`; nil if there is none.
    static func lineEnd(_ text: [UInt8], from start: Int) -> Int? {
        guard start >= 0, start < text.count else { return nil }
        return text.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, let hit = memchr(base + start, 0x0A, buffer.count - start) else {
                return nil
            }
            return UnsafeRawPointer(hit) - base
        }
    }

    /// Index of the next occurrence of a word at or after `start`; nil if there is none.
    static func find(_ word: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = word.first, start >= 0 else { return nil }
        var at = start
        while at + word.count <= bytes.count {
            let hit: Int? = bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress, let hit = memchr(base + at, Int32(first), buffer.count - at) else {
                    return nil
                }
                return UnsafeRawPointer(hit) - base
            }
            guard let hit, hit + word.count <= bytes.count else { return nil }
            if bytes[hit..<hit + word.count].elementsEqual(word) { return hit }
            at = hit + 1
        }
        return nil
    }
}
