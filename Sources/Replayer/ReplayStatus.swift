import Diagnostics
import JSONText
import Tape

/// Where a replay stands, for `/status` and terminals.
public struct ReplayStatus: Sendable, Equatable {
    /// What it does.
    public enum Phase: String, Sendable, CaseIterable {
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
    /// Frames and trades that could not be decoded.
    public var rejected = 0
    /// Time for which the sink held the clock, s.
    public var blockedSeconds = 0.0
    /// Producers made anew after a fatal error.
    public var producerRestarts = 0
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

    /// The status for Prometheus.
    public var metrics: String {
        var page = MetricsPage(prefix: "tapedeck_replay_")
        page.head("phase", "gauge", "1 for what it does.")
        for phase in Phase.allCases {
            page.add("phase", phase == self.phase ? Int64(1) : 0, [("phase", phase.rawValue)])
        }
        page.counter("published_records_total", "Records handed over.", Int64(published))
        page.counter("acknowledged_records_total", "Records acknowledged by Kafka.", Int64(acknowledged))
        page.counter("dropped_records_total", "Records thrown away because the queue was full.", Int64(dropped))
        page.counter("rejected_total", "Frames and trades that cannot be decoded.", Int64(rejected))
        page.counter("commands_total", "Commands obeyed.", Int64(commands))
        page.counter("producer_restarts_total", "Producers made anew.", Int64(producerRestarts))
        page.gauge("blocked_seconds", "Time for which Kafka held the clock.", blockedSeconds)
        page.gauge("lap", "The lap, from 1.", Double(lap))
        if let position { page.gauge("position_seconds", "Receive time of the last line.", Double(position) / 1e9) }
        if let lateness { page.gauge("lateness_p99_seconds", "99 % of all records were not later.", lateness) }
        if let fraction { page.gauge("lap_fraction", "Share of this lap that was played.", fraction) }
        if let remainingSeconds { page.gauge("remaining_seconds", "To the end at this pace.", remainingSeconds) }
        return page.text
    }
}
