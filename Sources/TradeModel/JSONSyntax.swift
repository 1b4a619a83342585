/// The grammar of RFC 8259, checked without building anything.
public enum JSONSyntax {
    /// Whether a text is exactly one JSON value in UTF-8, with white space around it or not.
    ///
    /// Never recurses; linear in the text. Lone surrogate escapes (`"\ud800"`) are within the grammar, as are duplicate
    /// keys and line ends between tokens.
    ///
    /// - Parameters:
    ///   - text: The bytes.
    ///   - maximumDepth: How many arrays and objects may be open at once; a bare number needs none.
    /// - Returns: Whether it is valid and within the depth.
    public static func isValid(_ text: Span<UInt8>, maximumDepth: Int) -> Bool {
        var position = 0
        do throws(FrameError) {
            JSONScanner.skipSpace(text, &position)
            try JSONScanner.skipValue(text, &position, depth: 0, limit: maximumDepth)
            JSONScanner.skipSpace(text, &position)
            return position == text.count
        } catch {
            return false
        }
    }
}
