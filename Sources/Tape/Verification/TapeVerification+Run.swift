extension TapeVerification {
    /// Verifies files: every CRC, every subfield against its lines, the order of lines over all parts, the end.
    ///
    /// - Parameters:
    ///   - paths: the files of one or several streams.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: one result for each stream, in the order in which the streams were first named.
    /// - Throws: ``TapeError`` if a file cannot be opened at all.
    public static func run(
        paths: [String], progress: (Int64) -> Void = { _ in }
    ) throws(TapeError) -> [TapeVerification] {
        var groups: [(stream: String, files: [VerifiedFile])] = []
        for path in paths {
            let file = try VerifiedFile(path: path)
            if let index = groups.firstIndex(where: { $0.stream == file.stream }) {
                groups[index].files.append(file)
            } else {
                groups.append((file.stream, [file]))
            }
        }
        var results: [TapeVerification] = []
        var bytes: Int64 = 0
        for group in groups {
            let files = group.files.enumerated().sorted { left, right in
                left.element.part != right.element.part
                    ? left.element.part < right.element.part : left.offset < right.offset
            }.map(\.element)
            var work = VerificationWork(
                result: TapeVerification(stream: group.stream, paths: files.map(\.path)), read: bytes)
            for (index, file) in files.enumerated() {
                try work.verify(file, isLast: index == files.count - 1, progress)
            }
            bytes = work.read
            results.append(work.result)
        }
        return results
    }
}

/// A file to verify, and what its head says; a damaged head hides the stream, not the file.
struct VerifiedFile {
    var path: String
    var stream: String
    var part: Int
    var header: TapeHeader?
    /// Whether it consists of members with a subfield.
    var isTape: Bool

    init(path: String) throws(TapeError) {
        self.path = path
        guard path != "-" else {
            throw TapeError(
                .badSetting(name: "tape", given: "standard input", accepted: "files: verification reads by place"),
                path: "")
        }
        let name = CaptureNaming.parse(String(path.split(separator: "/").last ?? ""))
        isTape = true
        do throws(TapeError) {
            let input = try InputFile(path: path)
            let head = try input.bytes(at: 0, 64 << 10)
            isTape = LineScan.find(Array(TapeMemberField.signature.suffix(6)), in: head, from: 0) != nil
            if isTape {
                // A merged tape's own header, and not the first of those that it lists.
                var walk = MemberWalk(size: input.size ?? 0) { (offset, count) throws(TapeError) in
                    try input.bytes(at: offset, count)
                }
                if case .header(_, let line) = try walk.next() {
                    header = try TapeHeader(line: line.span, in: 0..<line.count, path: path)
                }
            }
            if header == nil {
                let reader = try TapeReader(paths: [path], configuration: TapeReaderConfiguration(workers: 1))
                header = reader.streams.first
            }
        } catch {
            switch error.code {
            case .system, .isDirectory: throw error
            default: header = nil
            }
        }
        stream = header?.stream ?? name?.stream ?? path
        part = header?.part ?? name?.part ?? 1
    }
}
