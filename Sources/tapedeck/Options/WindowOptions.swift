import Tape

/// Which part of a tape is meant.
enum WindowOptions {
    static let start = CommandOption("start", .moment, help: "begin with the first line received at or after this time")
    static let end = CommandOption("end", .moment, help: "stop before the first line received at or after this time")
    static let fromSequence = CommandOption(
        "from-seq", .integer64("SEQ", 0...Int64.max), help: "begin with this sequence number")
    static let toSequence = CommandOption(
        "to-seq", .integer64("SEQ", 0...Int64.max), help: "stop before this sequence number")

    static let times = [start.spec, end.spec]
    static let sequences = [fromSequence.spec, toSequence.spec]

    /// The window that the settings ask for; all bounds are half-open.
    ///
    /// Offsets count from the start of the earliest tape, which is opened for that.
    static func window(_ settings: Settings, of tapes: [String]) throws -> TapeWindow {
        let receives = try times(settings, of: tapes)
        let low = settings.value(fromSequence)
        let high = settings.value(toSequence)
        if let low, let high, low > high {
            throw UsageError.conflict("--from-seq \(low)", "a smaller --to-seq \(high)")
        }
        return TapeWindow(
            sequences: low == nil && high == nil ? nil : (low ?? 0)..<(high ?? .max), receives: receives)
    }

    /// The bounds in receive time alone, ns since the epoch.
    static func times(_ settings: Settings, of tapes: [String]) throws -> Range<Int64>? {
        let moments = (settings.value(start), settings.value(end))
        guard moments.0 != nil || moments.1 != nil else { return nil }
        var origin: Int64 = 0
        if moments.0?.isOffset == true || moments.1?.isOffset == true {
            guard !tapes.contains("-") else {
                throw UsageError.conflict(
                    "an offset such as +90s", "the tape on standard input, which cannot be read twice")
            }
            origin = try TapeReader(paths: tapes).streams.map(\.receive).min() ?? 0
        }
        let low = moments.0?.nanoseconds(from: origin) ?? .min
        let high = moments.1?.nanoseconds(from: origin) ?? .max
        guard low <= high else { throw UsageError.conflict("--start", "an earlier --end") }
        return low..<high
    }
}

extension TapeMoment {
    /// Whether it is known only with the tape.
    var isOffset: Bool { if case .offset = self { true } else { false } }

    /// The instant, for a tape that begins at `origin`.
    func nanoseconds(from origin: Int64) -> Int64 {
        switch self {
        case .instant(let time): time
        case .offset(let offset): origin.addingReportingOverflow(offset).overflow ? .max : origin + offset
        }
    }
}
