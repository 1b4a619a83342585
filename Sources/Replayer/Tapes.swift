import Tape

/// The tapes of a replay: opened again for each lap and seek, or read once.
final class Tapes {
    private let open: (TapeWindow) throws(TapeError) -> any TapeSource
    private var first: (any TapeSource)?
    /// Ids of the streams.
    let streams: [String]
    /// What a checkpoint knows the tapes by.
    let sources: [ReplayCheckpoint.Source]
    /// The tapes' start, ns since the epoch.
    let start: Int64
    /// Receive times to play.
    let window: Range<Int64>?
    /// Whether they can be opened again.
    let canReopen: Bool
    /// Whether ``next(_:)`` gives what is in the window and nothing else.
    let isWindowed: Bool
    private let base: TapeWindow

    /// Opens the tapes that a configuration names.
    convenience init(_ configuration: ReplayConfiguration) throws(TapeError) {
        let paths = configuration.tapes
        let settings = configuration.reader
        if configuration.follows {
            let source = try FollowSource(path: paths.first ?? "")
            self.init(
                headers: [source.header], configuration, first: source, canReopen: false
            ) { _ throws(TapeError) in try FollowSource(path: paths.first ?? "") }
            return
        }
        let reader = try TapeReader(paths: paths, configuration: settings)
        self.init(
            headers: reader.streams, configuration, first: reader, canReopen: !paths.contains("-")
        ) { window throws(TapeError) in
            var settings = settings
            settings.window = window
            return try TapeReader(paths: paths, configuration: settings)
        }
    }

    init(
        headers: [TapeHeader], _ configuration: ReplayConfiguration, first: any TapeSource, canReopen: Bool,
        open: @escaping (TapeWindow) throws(TapeError) -> any TapeSource
    ) {
        self.open = open
        self.canReopen = canReopen
        streams = headers.map(\.stream)
        sources = headers.map { .init(stream: $0.stream, receive: $0.receive) }
        let origin = headers.map(\.receive).min() ?? 0
        base = configuration.reader.window
        start = max(origin, configuration.start?.resolved(from: origin) ?? base.receives?.lowerBound ?? origin)
        window = Self.window(of: configuration, origin: origin, start: start)
        isWindowed = canReopen
        // A window is asked of a reader that is opened for it; a pipe is read from its head.
        self.first = window == nil || !canReopen ? first : nil
    }

    private static func window(
        of configuration: ReplayConfiguration, origin: Int64, start: Int64
    ) -> Range<Int64>? {
        guard configuration.start != nil || configuration.end != nil || configuration.duration != nil else {
            return configuration.reader.window.receives
        }
        let low = configuration.start?.resolved(from: origin) ?? .min
        var high = configuration.end?.resolved(from: origin) ?? .max
        if let duration = configuration.duration {
            high = min(high, ReplayBound.offset(duration.wholeNanoseconds).resolved(from: start))
        }
        return low..<max(low, high)
    }

    /// Opens the tapes from a place on, or from their window's start.
    func source(from receive: Int64? = nil, sequence: Int64? = nil) throws(ReplayError) -> any TapeSource {
        if receive == nil, sequence == nil, let first {
            self.first = nil
            return first
        }
        var wanted = base
        wanted.receives = window
        if let receive {
            let high = window?.upperBound ?? .max
            let low = min(high, max(window?.lowerBound ?? .min, receive))
            wanted.receives = low..<high
        }
        if let sequence, streams.count == 1 { wanted.sequences = sequence..<Int64.max }
        do throws(TapeError) { return try open(wanted) } catch { throw .tape(error) }
    }

    /// Receive time of the first frame that will be played.
    func firstFrame() throws(ReplayError) -> Int64 {
        guard canReopen else { return start }
        var wanted = base
        wanted.receives = window
        do throws(TapeError) {
            let source = try open(wanted)
            while let batch = try source.next() {
                if let line = batch.lines.first(where: { $0.kind != .event }) { return line.receive }
            }
        } catch {
            throw .tape(error)
        }
        return start
    }
}
