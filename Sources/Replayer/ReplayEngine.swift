import Diagnostics
import Kafka
import Tape
import TradeModel

/// Plays lines into a sink.
///
/// One thread uses it: the one that waits for deadlines. It knows neither files nor Kafka's client: tests give it
/// batches, a sink and a time of their own.
final class ReplayEngine {
    /// How the play goes on.
    enum Turn: Equatable {
        /// As before.
        case onward
        /// From another receive time.
        case seek(Int64)
        /// Not at all.
        case stopped
    }

    let time: any ReplayTimeSource
    let sink: any RecordSink
    let log: Log
    let settings: EngineSettings
    /// Topic and brokers, for warnings and errors.
    let place: String
    /// Commands of keys, HTTP and code.
    let inbox: ControlInbox
    /// Whether to end at the next occasion.
    var givesUp: () -> Bool
    /// Called about ten times a second, and after each command.
    var onTick: (ReplayEngine) -> Void = { _ in }

    var state: PlayState
    /// Records on their way.
    var outbox: Outbox
    var counts = ReplayCounts()
    var lateness = LatenessHistogram()
    var timing = ReplayTiming()
    /// Commands obeyed, in order.
    var commands: [ReplayReport.Command] = []
    /// Last sequence number of each stream as published, in the order of their first lines.
    var streams: [ReplayMark] = []
    /// Last sequence number of each stream of the tape in this lap.
    var marks: [ReplayMark] = []
    /// What was played before this run, in this lap; from a checkpoint.
    var playedBefore: [ReplayMark] = []
    /// A line of which the first trades have been published before; from a checkpoint.
    var partial: (line: ReplayMark, records: Int32)?
    /// The lap, from 1.
    var lap = 1
    /// The tape's start, ns since the epoch.
    var start: Int64 = 0
    var reports: [KafkaDeliveryReport] = []
    var nextTick: Int64 = 0
    /// When an acknowledgement last came, or something to wait for last began.
    var lastSign: Int64 = 0
    var nextWarning: Int64 = 0
    var markers: [EndMarkerRecord] = []
    /// Keeps the checkpoint current, where there is one.
    var keeper: CheckpointKeeper?

    /// Makes an engine; it reads the time only once it plays.
    init(
        settings: EngineSettings, sink: any RecordSink, time: any ReplayTimeSource, log: Log = .silent, place: String,
        inbox: ControlInbox? = nil, givesUp: @escaping () -> Bool
    ) {
        self.settings = settings
        outbox = Outbox(settings)
        self.sink = sink
        self.time = time
        self.log = log
        self.place = place
        self.inbox = inbox ?? ControlInbox { time.wake() }
        self.givesUp = givesUp
        state = PlayState(speed: settings.speed, startsPaused: settings.startsPaused, now: time.now())
    }

    /// Plays a batch's lines.
    ///
    /// - Returns: how it goes on.
    func play(_ prepared: PreparedBatch) throws(ReplayError) -> Turn {
        let batch = prepared.batch
        guard let first = batch.lines.first, let last = batch.lines.last else { return .onward }
        begin()
        let keeps = try makeRoom(for: prepared)
        guard !givesUp() else { return .stopped }
        let name = settings.naming.name(of: batch.header.stream, lap: lap)
        if keeps { outbox.add(prepared, as: name, lap: lap, marks: marks) }
        defer { timing.end = time.now() }
        for (line, tapeLine) in zip(prepared.lines, batch.lines) {
            if isOutside(tapeLine, of: batch) { continue }
            let turn = try play(line, tapeLine, of: prepared, as: name, keeps: keeps)
            guard turn == .onward else { return turn }
        }
        timing.playedBytes += last.line.upperBound - first.line.lowerBound
        return .onward
    }

    /// Starts the clocks of a run, once.
    private func begin() {
        guard timing.begun == nil else { return }
        let now = time.now()
        timing.begun = now
        timing.end = now
        nextTick = now + Self.tick
        lastSign = now
    }

    /// Whether a line was played before, or is not wanted.
    private func isOutside(_ line: TapeLine, of batch: TapeBatch) -> Bool {
        if let window = settings.window, !window.contains(line.receive) { return true }
        return !playedBefore.isEmpty && playedBefore.covers(batch.header.stream, line.sequence)
    }

    private func play(
        _ line: PreparedBatch.Line, _ tapeLine: TapeLine, of prepared: PreparedBatch, as name: String, keeps: Bool
    ) throws(ReplayError) -> Turn {
        let paced = timing.pacedTime(of: tapeLine, latestTrade: line.content.latestTrade, settings.pace)
        if !timing.isAnchored {
            state.anchor(at: paced, now: timing.nextAnchor ?? time.now())
            timing.anchored(at: paced)
        } else if let gap = settings.maximumGap, case .rate = state.speed {
            state.skip(timing.skip(to: paced, gap: gap))
        }
        let turn = try awaitTurn(of: paced)
        guard turn == .onward else { return turn }
        count(line, tapeLine, prepared.batch)
        if !line.records.isEmpty {
            let turn = try publish(line, tapeLine, of: prepared, paced: paced, keeps: keeps)
            guard turn == .onward else { return turn }
        }
        state.played(paced, isFrame: tapeLine.kind != .event)
        timing.played(tapeLine, paced: paced)
        counts.lines += 1
        marks.move(prepared.batch.header.stream, to: tapeLine.sequence)
        streams.move(name, to: tapeLine.sequence)
        return .onward
    }
}
