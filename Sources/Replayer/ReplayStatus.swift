import JSONText
import Tape

/// Where a replay stands, for `/status` and terminals.
public struct ReplayStatus: Sendable, Equatable {
    /// What it does.
    public enum Phase: String, Sendable {
        /// For a group's member, or for its delay.
        case waiting
        case playing
        case paused
        /// Everything is handed over; acknowledgements are waited for.
        case flushing
        case ended
    }

    /// What it does.
    public var phase = Phase.waiting
    /// Receive time of the line played last, ns since the epoch; nil before the first.
    public var position: Int64?
    /// Sequence number of that line.
    public var sequence: Int64?
    /// The lap, from 1.
    public var lap = 1
    /// The present speed.
    public var speed = "1"
    /// Commands obeyed so far: whoever sends one can see when it has taken effect.
    public var commands = 0
    /// Records handed over.
    public var published = 0
    /// Records acknowledged.
    public var acknowledged = 0
    /// Records thrown away.
    public var dropped = 0
    /// 99 % of all records so far were not later than this, s; nil where nothing has a deadline.
    public var lateness: Double?
    /// Share of this lap that was played, 0 to 1; nil where the tape's size is unknown.
    public var fraction: Double?
    /// Seconds to the end at the speed so far; nil where it cannot be told.
    public var remainingSeconds: Double?

    /// The status for machines.
    public var json: JSONValue {
        [
            "phase": .string(phase.rawValue), "position": position.map { .string(TapeTime.text($0)) } ?? .null,
            "seq": sequence.map(JSONValue.int) ?? .null, "lap": JSONValue(lap), "speed": .string(speed),
            "commands": JSONValue(commands), "published": JSONValue(published), "acked": JSONValue(acknowledged),
            "dropped": JSONValue(dropped), "latenessP99": JSONValue(lateness), "fraction": JSONValue(fraction),
            "remainingSeconds": JSONValue(remainingSeconds),
        ]
    }
}
