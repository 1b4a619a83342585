#if canImport(Glibc)
    import Glibc
#endif

extension TapeError: CustomStringConvertible {
    /// One line: what, where, remedy.
    public var description: String {
        var place = path.isEmpty ? "" : "\(path == "-" ? "standard input" : path)"
        if let line { place += ", line \(line)" }
        if let offset { place += ", offset \(offset)" }
        return (place.isEmpty ? "" : "\(place): ") + statement
    }

    private var statement: String {
        switch code {
        case .system(let call, let number): systemStatement(call, number)
        case .isDirectory: "is a directory, not a tape: name the tapes in it"
        case .empty: "is empty, so it is no tape: record, import or copy it again"
        case .exists: "exists already: choose another name, remove it, or replace it with --overwrite"
        case .busy: "another process is writing this file: wait for it or choose another name"
        case .unsupportedVersion(let found, let supported):
            "is a tape of format version \(found), and this program reads version \(supported): use the release that wrote it"
        case .badHeader(let detail):
            "the header line is damaged (\(detail)): copy the tape again or import its other lines"
        case .badMember(let detail):
            "a member is damaged (\(detail)); every line before it was read: copy the tape again from its source, "
                + "or check the copy with `gzip -t`"
        case .truncated:
            "the file ends in the middle; every whole member before was read: copy the tape again from its source, "
                + "or keep the part before with `tape recover`"
        case .trailingBytes:
            "bytes follow that are no member of a tape; every line before was read: copy it again, or decode what gzip "
                + "can with `zcat` and `tape import -`"
        case .badLine(let detail): "\(detail): correct the line, or leave such lines out with --skip-bad"
        case .lineTooLong(let limit):
            "is longer than \(limit) bytes, the limit of a tape's line: this is no file of frames, or its line ends are missing"
        case .disorder(let detail): "\(detail): sort the lines, or leave such lines out with --skip-bad"
        case .overlap(let other): "holds lines that \(other) holds too: give each part once, or `tape cut` one of them"
        case .severalStreams(let streams):
            "the files hold \(streams.count) streams (\(streams.joined(separator: ", "))): give the files of one stream"
        case .unsupported(let what): "\(what)"
        case .badSetting(let name, let given, let accepted): "\(name) is \(given), accepted: \(accepted)"
        case .noRecords(let stream, let rejected, let others): recordStatement(stream, rejected, others)
        case .source(let words): words
        case .outputClosed: "the output was closed before everything was written"
        }
    }

    private func recordStatement(_ stream: String?, _ rejected: Int64, _ others: [String]) -> String {
        let wanted = stream.map { "of stream \($0)" } ?? "without a stream"
        let bad = rejected > 0 ? " but \(rejected) that are neither a trade nor a frame" : ""
        let names = others.map { $0.isEmpty ? "records without a stream (--foreign)" : "stream \($0)" }
        let remedy =
            names.isEmpty ? "publish first, or name another topic" : "what there is: \(names.joined(separator: ", "))"
        return "there is no record \(wanted)\(bad): \(remedy)"
    }

    private func systemStatement(_ call: String, _ number: Int32) -> String {
        let reason = String(cString: strerror(number))
        let remedy =
            switch number {
            case ENOENT: "check the path"
            case EACCES, EPERM: "check the permissions"
            case ENOSPC, EDQUOT: "free some space or choose another disk"
            case EMFILE, ENFILE: "raise the limit of open files"
            case EROFS: "choose a folder that can be written"
            default: "check the disk and the path"
            }
        return "\(call) failed: \(reason) (errno \(number)): \(remedy)"
    }
}
