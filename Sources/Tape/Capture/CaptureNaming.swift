/// Names of the files of a capture.
enum CaptureNaming {
    static let tapeSuffix = ".jsonl.gz"
    /// Suffix of the journal, behind the tape's whole name.
    static let journalSuffix = ".open"
    /// Suffix of a journal that is being rewritten, behind the journal's whole name.
    static let rewriteSuffix = ".new"
    /// Suffix of a tape that is being recovered, behind the tape's whole name.
    static let recoverySuffix = ".recovering"
    /// Suffix of the original of a damaged tape.
    static let damagedSuffix = ".damaged"

    /// The tape that a journal belongs to; nil for any other file.
    static func tape(ofJournal name: String) -> String? {
        guard name.hasSuffix(tapeSuffix + journalSuffix) else { return nil }
        return String(name.dropLast(journalSuffix.count))
    }

    /// Name, stream and part of a tape's file name; nil for any other file.
    static func parse(_ file: String) -> (name: String, stream: String, part: Int)? {
        guard file.hasSuffix(tapeSuffix) else { return nil }
        let fields = file.dropLast(tapeSuffix.count).split(separator: "_", omittingEmptySubsequences: false)
        guard fields.count == 3, !fields[0].isEmpty, TapeHeader.isStreamIdentifier(String(fields[1])),
            fields[2].count >= 4, fields[2].allSatisfy({ $0.isASCII && $0.isNumber }), let part = Int(fields[2]),
            part > 0
        else { return nil }
        return (String(fields[0]), String(fields[1]), part)
    }
}
