/// The constants of tape format version 1.
public enum TapeFormat {
    /// The version that this program writes and reads.
    public static let version: Int64 = 1
    /// Longest line, its LF not counted: 4 MiB.
    public static let maximumLine = 4 << 20
    /// Deepest nesting of a frame that is stored as JSON.
    public static let maximumDepth = 64

    /// No member is longer than this in the file: the longest line, stored without compression, and room to spare.
    static let maximumMember = 5 << 20
    /// Text of a member: the longest line and its LF.
    static let maximumText = maximumLine + 1
}
