import Tape

/// Under which stream a line is published, and how its times are moved.
struct StreamNaming: Sendable, Equatable {
    /// Another id for the tape's stream.
    var override: String?
    /// Constant added to trade and receive times, in ns, whole milliseconds.
    var shift: Int64 = 0
    /// Whether laps keep the id.
    var keepsName = false

    /// The published id of a stream in a lap, counted from 1.
    func name(of stream: String, lap: Int) -> String {
        var name = override ?? stream
        // A shift is always visible: `~shift+NS`, or `~shift-NS` into the past.
        if shift != 0 { name += "~shift\(shift > 0 ? "+" : "")\(shift)" }
        if lap > 1, !keepsName { name += "~\(lap)" }
        return name
    }

    var shiftMilliseconds: Int64 { shift / 1_000_000 }
}
