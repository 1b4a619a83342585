/// `tape index`: the table of a tape's members, from their heads alone.
public enum TapeIndex {
    /// One member.
    public struct Entry: Sendable, Equatable {
        /// The file.
        public var path: String
        /// Where it starts in the file, in bytes.
        public var offset: Int64
        /// Its size in the file, in bytes.
        public var bytes: Int
        /// Size of its text, in bytes.
        public var textBytes: Int
        /// Its lines.
        public var lines: Int
        /// Whether it holds the header.
        public var isHeader: Bool
        /// Whether its lines are of several streams; numbers are then the smallest and the largest.
        public var isMerged: Bool
        /// First and last sequence number.
        public var sequences: ClosedRange<Int64>
        /// First and last receive time, ns.
        public var receives: ClosedRange<Int64>
        /// Sequence number of the last `gap` or `dropped` line before it, 0 if none.
        public var segment: Int64
    }

    /// Goes through the members of a file.
    ///
    /// - Parameters:
    ///   - path: a tape.
    ///   - visit: given each member, in order; false to stop.
    /// - Throws: ``TapeError`` where the file is no tape, or its chain of members ends early.
    public static func run(path: String, visit: (Entry) throws -> Bool) throws {
        let input = try InputFile(path: path)
        guard let size = input.size else {
            throw TapeError(
                .badSetting(name: "tape", given: "a pipe", accepted: "files: an index names places"), path: path)
        }
        guard size > 0 else { throw TapeError(.empty, path: path) }
        var place: Int64 = 0
        while place < size {
            let head = try input.bytes(at: place, TapeMemberField.headSize)
            switch TapeMemberField.read(head.span, at: 0) {
            case .version(let version):
                throw TapeError(
                    .unsupportedVersion(found: version, supported: TapeFormat.version), path: path, offset: place)
            case .damaged(let detail): throw TapeError(.badMember(detail), path: path, offset: place)
            case .foreign:
                guard place > 0 else {
                    throw TapeError(
                        .unsupported("has no members of a tape, so no index: make a tape of it with `tape import`"),
                        path: path)
                }
                throw TapeError(
                    head.count < TapeMemberField.headSize ? .truncated : .trailingBytes, path: path, offset: place)
            case .field(let field):
                guard Int64(field.memberSize) <= size - place else {
                    throw TapeError(.truncated, path: path, offset: place)
                }
                let entry = Entry(
                    path: path, offset: place, bytes: field.memberSize, textBytes: field.textSize, lines: field.lines,
                    isHeader: field.isHeader, isMerged: field.isMerged,
                    sequences: field.firstSequence...field.lastSequence,
                    receives: field.firstReceive...field.lastReceive, segment: field.segment)
                guard try visit(entry) else { return }
                place += Int64(field.memberSize)
            }
        }
    }
}
