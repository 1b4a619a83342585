/// Makes strings of slices of a message.
enum FrameText {
    /// A slice as text; the caller has checked that it is UTF-8 (anything else would be repaired, not trapped on).
    @inline(__always)
    static func string(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        do {
            return String(copying: try UTF8Span(validating: text.extracting(range)))
        } catch {
            return repaired(text, range)
        }
    }

    private static func repaired(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        var bytes: [UInt8] = []
        for index in range { bytes.append(text[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a slice equals an ASCII word.
    @inline(__always)
    static func equals(_ text: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
        guard range.count == word.utf8.count else { return false }
        var index = range.lowerBound
        for byte in word.utf8 {
            guard text[index] == byte else { return false }
            index += 1
        }
        return true
    }
}
