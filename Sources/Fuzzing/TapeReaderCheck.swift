import Foundation
import Tape

/// What must hold of a tape's reader, verification and recovery whatever bytes a file has.
///
/// Reading ends, gives only lines that are there, in order, and the same with any number of threads. What verification
/// finds whole reads to its end. What recovery makes is whole, holds every line that could be read before, and is left
/// alone by the next recovery.
public struct TapeReaderCheck {
    /// What an input turned out to be.
    public struct Outcome: Sendable, Hashable {
        /// Lines that could be read.
        public var lines: Int
        /// Whether it read to a clean end.
        public var isReadable: Bool
        /// Whether verification found nothing wrong.
        public var isWhole: Bool
        /// Lines of the recovered tape; nil: recovery kept nothing, or declined.
        public var recovered: Int64?
    }

    private let folder: String

    /// Makes a check.
    ///
    /// - Parameter folder: an empty folder, best one in memory: every input is written, read and recovered there.
    public init(folder: String) { self.folder = folder }

    /// Checks an input.
    ///
    /// - Parameter bytes: any bytes; see `TapeInput` for how they become files.
    /// - Returns: what it turned out to be.
    /// - Throws: ``FuzzFinding``.
    public func run(_ bytes: [UInt8]) throws(FuzzFinding) -> Outcome {
        let input = TapeInput(bytes)
        let files = try TapeFiles(input, in: folder)
        let reading = TapeReading(files.tape, workers: 1)
        try reading.check(against: input.text)
        try promise(
            reading == TapeReading(files.tape, workers: 2, windowBytes: 64 << 10), "it depends on the threads")
        let isWhole = try verify(files.tape, reading)
        var outcome = Outcome(
            lines: reading.lines.count, isReadable: reading.error == nil, isWhole: isWhole, recovered: nil)
        outcome.recovered = try recover(files, input, reading)
        try files.clear()
        return outcome
    }

    /// Verification and reading agree.
    private func verify(_ path: String, _ reading: TapeReading) throws(FuzzFinding) -> Bool {
        let result: TapeVerification
        switch verification(path) {
        case .failure(let error):
            try promise(reading.error != nil, "cannot be verified, and reads well: \(error)")
            return false
        case .success(let found): result = found
        }
        guard result.faults == 0 else { return false }
        try promise(reading.error == nil, "verified as whole, and does not read: \(reading.error?.description ?? "")")
        try promise(
            result.lines == Int64(reading.lines.count) && result.frames == Int64(reading.lines.count { !$0.isEvent }),
            "\(result.lines) lines verified, \(reading.lines.count) read")
        return true
    }

    private func verification(_ path: String) -> Result<TapeVerification, TapeError> {
        // One file, one stream, one result.
        Result { () throws(TapeError) in try TapeVerification.run(paths: [path])[0] }
    }

    /// Recovery keeps what can be read, and has nothing to do the second time.
    private func recover(
        _ files: TapeFiles, _ input: TapeInput, _ before: TapeReading
    ) throws(FuzzFinding) -> Int64? {
        guard let report = try recovery(files.tape) else { return nil }
        guard report.outcome != .nothing else {
            try promise(files.bytes == input.file, "nothing was kept, and the file was touched")
            return nil
        }
        let bytes = files.bytes
        let after = TapeReading(files.tape, workers: 1)
        try promise(after.error == nil, "recovered, and does not read: \(after.error?.description ?? "")")
        try promise(Int64(after.lines.count) == report.lines, "\(report.lines) lines told, \(after.lines.count) there")
        var left = before.lines[...]
        var made = 0
        for line in after.lines {
            if line == left.first {
                left = left.dropFirst()
            } else if let text = input.text, text[...].first(of: line.bytes) == nil {
                made += 1
                try promise(
                    line.isEvent && line.bytes[...].first(of: Array(#""cause":"recovered""#.utf8)) != nil,
                    "seq \(line.sequence) of the recovered tape was not in the input")
            }
        }
        try promise(made <= 1, "\(made) lines were made up")
        // A file that starts with no member of ours is read as any gzip: its lines come before the CRC that damns them.
        let isDamned = before.error?.code == .badMember("its gzip data or CRC are wrong")
        try promise(left.isEmpty || isDamned, "seq \(left.first?.sequence ?? 0) could be read before and is gone")
        try checkFaults(files.tape, report)
        let again = try recovery(files.tape)
        try promise(
            again?.isChanged == false && files.bytes == bytes && again?.lines == report.lines,
            "another recovery changes the tape again")
        try promise(!files.names.contains { $0.hasSuffix(".open") || $0.hasSuffix(".recovering") }, "\(files.names)")
        return report.lines
    }

    /// A recovered tape has no fault but the lines that are missing, and without any line no end.
    private func checkFaults(_ path: String, _ report: TapeRecoveryReport) throws(FuzzFinding) {
        switch verification(path) {
        case .failure(let error): throw FuzzFinding("recovered, and cannot be verified: \(error)")
        case .success(let result):
            let known = report.holes.map { "seq \($0.lowerBound) to \($0.upperBound) is missing" }
            // A damaged member's lines can be forged so that, kept or left out without leaving a hole, none of those kept
            // is the segment that the next member names.
            let isForged = report.rescuedLines > 0 || report.duplicates > 0 || report.lostBytes > 0
            let other = result.findings.first {
                !known.contains($0.detail) && !(isForged && $0.detail.hasPrefix("a member says its segment"))
            }
            // Behind the largest number there is none left for the end.
            let canEnd = (1..<Int64.max - 1).contains(report.sequences?.upperBound ?? 0)
            try promise(other == nil || !canEnd, "recovered, and verification says: \(other?.detail ?? "")")
        }
    }

    /// Recovers; nil where it says why it does not.
    private func recovery(_ path: String) throws(FuzzFinding) -> TapeRecoveryReport? {
        do throws(TapeError) { return try TapeRecovery.run(path: path) } catch {
            switch error.code {
            case .unsupportedVersion, .unsupported: return nil
            default: throw FuzzFinding("recovery fails: \(error)")
            }
        }
    }
}
