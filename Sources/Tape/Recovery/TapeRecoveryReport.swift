/// What recovery found and kept.
public struct TapeRecoveryReport: Sendable, Equatable {
    /// How it ended.
    public enum Outcome: Sendable, Equatable {
        /// Every line that was ever stored is there.
        case clean
        /// Something was lost, a torn line included.
        case lossy
        /// Nothing could be kept.
        case nothing
    }

    /// The tape.
    public var path: String
    /// The stream's id; empty if it is not known.
    public var stream = ""
    /// Number of the part.
    public var part = 1
    /// Members that were whole, headers not counted.
    public var members: Int64 = 0
    /// Lines in the recovered tape, without header.
    public var lines: Int64 = 0
    /// Of these, frames.
    public var frames: Int64 = 0
    /// Of these, lines from the journal.
    public var journalLines: Int64 = 0
    /// Lines that were taken from a torn member and that no CRC covers.
    public var unverifiedLines: Int64 = 0
    /// Lines from damaged members whose text still passed its CRC.
    public var rescuedLines: Int64 = 0
    /// Lines that were there twice, beside those that the journal had not yet dropped.
    public var duplicates: Int64 = 0
    /// Bytes of the tape that are no use.
    public var lostBytes: Int64 = 0
    /// Bytes of a torn last member whose lines the journal held: how a crash looks, and no loss.
    public var tornTailBytes: Int64 = 0
    /// Bytes of the journal that are no lines.
    public var lostJournalBytes: Int64 = 0
    /// Bytes of a last line whose write was cut short.
    public var tornBytes: Int64 = 0
    /// Stretches of sequence numbers that are missing; at most a thousand are listed.
    public var holes: [ClosedRange<Int64>] = []
    /// Lines that are missing.
    public var missingLines: Int64 = 0
    /// First and last sequence number; nil without lines.
    public var sequences: ClosedRange<Int64>?
    /// Receive time of the last line, ns.
    public var lastReceive: Int64?
    /// Size of the recovered tape, in bytes.
    public var bytes: Int64 = 0
    /// Whether the file was written anew.
    public var isChanged = false
    /// Where the damaged original is now; nil if it was not damaged.
    public var original: String?
    /// Where the tape was damaged, one line each; at most a hundred.
    public var damages: [String] = []

    mutating func note(_ damage: String) {
        if damages.count < 100 { damages.append(damage) }
    }

    /// How it ended.
    public var outcome: Outcome {
        if lines == 0, lostBytes > 0 || lostJournalBytes > 0 { return .nothing }
        // No sum: numbers that are missing may be as many as there are numbers.
        let losses = [lostBytes, lostJournalBytes, tornBytes, unverifiedLines, missingLines]
        return losses.contains { $0 > 0 } ? .lossy : .clean
    }

    /// The end of the stream, for the next stream's first `gap`; nil without lines.
    public var previous: TapeEvent.Previous? {
        guard let sequences, let lastReceive else { return nil }
        return TapeEvent.Previous(stream: stream, sequence: sequences.upperBound, receive: lastReceive)
    }
}
