/// What is wrong with a tape, where, and what to do about it.
///
/// The wording is in `TapeError+Wording.swift`; callers decide by ``code``, never by text.
public struct TapeError: Error, Sendable, Equatable {
    /// What went wrong, as a closed choice.
    public enum Code: Sendable, Equatable {
        /// The operating system refused a call; its error number.
        case system(call: String, number: Int32)
        /// A path names a folder.
        case isDirectory
        /// A file holds no byte at all.
        case empty
        /// The file to be written is there already.
        case exists
        /// Another process writes this file now.
        case busy
        /// The tape's format version is not the one this program reads.
        case unsupportedVersion(found: Int64, supported: Int64)
        /// The header line is not what the format asks for.
        case badHeader(String)
        /// A member's bytes contradict its own declaration.
        case badMember(String)
        /// The file ends inside a member or a gzip stream.
        case truncated
        /// After a good member come bytes that start none.
        case trailingBytes
        /// A line is neither an envelope nor a frame.
        case badLine(String)
        /// A line is longer than the format allows, in bytes.
        case lineTooLong(limit: Int)
        /// A sequence number or receive time runs backwards.
        case disorder(String)
        /// Two files hold the same stretch of one stream.
        case overlap(other: String)
        /// Several streams where only one makes sense.
        case severalStreams([String])
        /// A feature of a later format or version of this program.
        case unsupported(String)
        /// The caller's setting is outside its range.
        case badSetting(name: String, given: String, accepted: String)
        /// A topic holds no record of the stream that is asked for (nil: none without a stream); the others' names.
        case noRecords(of: String?, rejected: Int64, others: [String])
        /// What gives the records failed; what it said, remedy included.
        case source(String)
        /// The receiver of the output took no more.
        case outputClosed
    }

    /// What went wrong.
    public var code: Code
    /// The file, as the user named it; empty where no file is concerned.
    public var path: String
    /// Offset of the fault in the file, in bytes.
    public var offset: Int64?
    /// Number of the line at fault, counted from 1.
    public var line: Int64?

    /// Describes a fault.
    public init(_ code: Code, path: String, offset: Int64? = nil, line: Int64? = nil) {
        self.code = code
        self.path = path
        self.offset = offset
        self.line = line
    }
}
