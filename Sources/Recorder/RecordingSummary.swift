import JSONText
import Tape

/// How a recording ended.
public struct RecordingSummary: Sendable {
    /// The last state.
    public var status: RecorderStatus
    /// How the tape ended.
    public var tape: CaptureSummary
    /// Why it ended.
    public var cause: String

    /// Whether anything that was received is not on the tape, or anything on the tape never got to Kafka.
    public var hasLoss: Bool {
        tape.hasLoss || status.counters.tooLong > 0 || (status.publish?.lostLines ?? 0) > 0
    }

    /// The summary as one JSON object.
    public var json: JSONValue {
        guard case .object(var fields) = status.json else { return status.json }
        for name in ["connected", "gapOpen", "outOfSpace", "daysUntilFull", "freeBytes", "lagMilliseconds"] {
            fields[name] = nil
        }
        fields["schema"] = 1
        fields["cause"] = .string(cause)
        fields["sealed"] = .bool(tape.isSealed)
        fields["path"] = .string(tape.path)
        fields["lines"] = .int(tape.status.lines)
        fields["tapeBytes"] = .int(tape.status.tapeBytes)
        fields["parts"] = .int(tape.status.closedParts)
        fields["droppedFrames"] = .int(tape.status.droppedFrames + status.counters.tooLong)
        return .object(fields)
    }
}
