import Diagnostics
import Kafka
import Tape
import TradeModel

/// Plays lines into a sink.
///
/// One thread uses it: the one that waits for deadlines.
///
/// It knows neither files nor Kafka's client: tests give it batches, a sink and a time of their own.
final class ReplayEngine {
    let time: any ReplayTimeSource
    let sink: any RecordSink
    let log: Log
    let speed: ReplaySpeed
    /// What becomes a record.
    let form: RecordForm
    /// Topic and brokers, for warnings and errors.
    let place: String
    /// Whether to end at the next occasion.
    var givesUp: () -> Bool
    /// Called about ten times a second.
    var onTick: (ReplayEngine) -> Void = { _ in }

    var clock: ReplayClock?
    var symbols: SymbolTable
    var flight = FlightLog()
    var counts = ReplayCounts()
    var delivery = DeliveryCounts()
    var lateness = LatenessHistogram()
    /// Last sequence number of each stream, in the order of their first lines.
    private(set) var streams: [(name: String, sequence: Int64)] = []
    /// Receive times of the first and the last line played.
    private(set) var receives: (first: Int64, last: Int64)?
    /// When the first line was played, and when the last one was done.
    private(set) var moments: (first: Int64, last: Int64)?
    private(set) var playedBytes = 0
    /// Time during which the sink held the clock, in ns.
    var blocked: Int64 = 0

    private var decoder = FinnhubFrameDecoder()
    private var header = HeaderRenderer()
    /// Token of the next record to hand over; behind `flight.end` only while the sink takes none.
    var cursor = 0
    var reports: [KafkaDeliveryReport] = []
    var sinceDrain = 0
    var nextTick: Int64 = 0
    /// When an acknowledgement last came, or something to wait for last began.
    var lastSign: Int64 = 0
    var nextWarning: Int64 = 0
    var markers: [EndMarkerRecord] = []

    /// Makes an engine; it reads the time only once the first line is there.
    init(
        speed: ReplaySpeed, form: RecordForm = .trades, symbols: Set<String>? = nil, sink: any RecordSink,
        time: any ReplayTimeSource, log: Log = .silent, place: String, givesUp: @escaping () -> Bool
    ) {
        self.speed = speed
        self.form = form
        self.symbols = SymbolTable(wanted: symbols)
        self.sink = sink
        self.time = time
        self.log = log
        self.place = place
        self.givesUp = givesUp
    }

    /// Plays a batch's lines; ends early when told to give up.
    func play(_ batch: TapeBatch) throws(ReplayError) {
        guard let first = batch.lines.first, let last = batch.lines.last else { return }
        if moments == nil { begin(at: first.receive) }
        guard try awaitRoom(for: batch) else { return }
        flight.add(batch)
        defer { moments?.last = time.now() }
        for (number, line) in batch.lines.enumerated() {
            guard !givesUp() else { return }
            if case .rate = speed { guard try waitUntilDue(Int128(line.receive)) else { return } }
            try play(line, number: number, of: batch)
            note(line, of: batch.header.stream)
        }
        playedBytes += last.line.upperBound - first.line.lowerBound
    }

    private func begin(at receive: Int64) {
        let now = time.now()
        moments = (now, now)
        receives = (receive, receive)
        nextTick = now + Self.tick
        lastSign = now
        switch speed {
        case .rate(let rate): clock = ReplayClock(recorded: Int128(receive), now: now, rate: rate)
        case .perSecond(let rate): clock = ReplayClock(recorded: 0, now: now, rate: rate)
        case .maximum: clock = nil
        }
    }

    private func note(_ line: TapeLine, of stream: String) {
        counts.lines += 1
        receives?.last = line.receive
        if streams.last?.name == stream {
            streams[streams.count - 1].sequence = line.sequence
        } else if let index = streams.firstIndex(where: { $0.name == stream }) {
            streams[index].sequence = line.sequence
        } else {
            streams.append((stream, line.sequence))
        }
    }

    private func play(_ line: TapeLine, number: Int, of batch: TapeBatch) throws(ReplayError) {
        if form == .frames { return try publishFrame(line, number: number, batch) }
        switch line.kind {
        case .event: counts.events += 1
        case .text, .binary: counts.framesWithoutTrades += 1
        case .frame:
            do throws(FrameError) {
                _ = try decoder.decode(batch.text.span.extracting(line.body))
            } catch {
                counts.rejectedFrames += 1
                noteRejection(error, line, batch)
                return
            }
            if let first = decoder.rejections.first {
                counts.rejectedTrades += decoder.rejections.count
                noteRejection(first.error, line, batch)
            } else if decoder.trades.isEmpty {
                counts.framesWithoutTrades += 1
            }
            guard !decoder.trades.isEmpty else { return }
            header.begin(stream: batch.header.stream, line)
            try publishTrades(of: line, number: number, batch)
        }
    }

    private func publishTrades(of line: TapeLine, number: Int, _ batch: TapeBatch) throws(ReplayError) {
        let offset = line.body.lowerBound
        for position in decoder.trades.indices {
            let symbol = symbols.number(of: decoder.trades[position].trade.symbol)
            guard symbols.entries[symbol].isWanted else {
                counts.filteredTrades += 1
                continue
            }
            let index = decoder.trades[position].index
            let range = decoder.trades[position].range
            let recorded = recordedTime(of: line)
            if case .perSecond = speed { guard try waitUntilDue(recorded) else { return } }
            guard !givesUp() else { return }
            flight.add(
                FlightLog.Record(
                    batch: flight.currentBatch, line: Int32(truncatingIfNeeded: number), index: index,
                    start: UInt32(truncatingIfNeeded: offset + range.lowerBound),
                    end: UInt32(truncatingIfNeeded: offset + range.upperBound),
                    symbol: Int32(truncatingIfNeeded: symbol)))
            header.render(index: index)
            guard try handOver(batch, header) else { return }
            // The deadline as it is now: time for which the sink held the clock is no lateness.
            if let clock { lateness.add(Int64(clamping: Int128(time.now()) - clock.deadline(of: recorded))) }
        }
    }

    /// The recorded time of the next record, on the clock's scale.
    private func recordedTime(of line: TapeLine) -> Int128 {
        if case .perSecond = speed { return Int128(flight.end) * 1_000_000_000 }
        return Int128(line.receive)
    }

    private func noteRejection(_ error: FrameError, _ line: TapeLine, _ batch: TapeBatch) {
        guard counts.firstRejection == nil else { return }
        counts.firstRejection = "\(batch.path): seq \(line.sequence): \(error)"
        log.say(
            .warning, "rejected",
            ["tape": .string(batch.path), "seq": .int(line.sequence), "reason": .string("\(error)")])
    }
}
