import Forecast
import Mongo
import TradeModel

/// One claim of one partition: turns records, in offset order, into batches and checkpoints.
///
/// Pure: no I/O, no clock of its own. Nothing but the records and what the claim loaded reaches an output, except `at`.
struct PartitionEngine<Forecaster: SymbolForecaster>: Sendable {
    let settings: EngineSettings<Forecaster>
    let claim: ClaimTag
    let epoch: Int64
    /// Whether lost records were accepted: then a differing stored prediction stands.
    let hasGaps: Bool

    /// The next offset to handle.
    private(set) var position: Int64
    /// Everything below is covered by a queued checkpoint.
    private(set) var covered: Int64
    /// `next_offset` as the last queued checkpoint leaves it.
    private var queuedOffset: Int64
    /// What the log must show before anything else; nil once it has.
    private(set) var expectedAnchor: RecordAnchor?
    private var anchor: RecordAnchor?
    private var lastRecord: SourceRecord?
    private(set) var marks: [String: StreamMark]
    private(set) var counts: PartitionCounts
    private(set) var states: [SymbolState<Forecaster>] = []
    private var symbols: [String: Int] = [:]
    private var touched: [Int] = []
    private var inFlight = InFlightTrades()
    private let known: [RecordPart: KnownRefusal]
    private(set) var batch: Batch
    private var resolved: [Prediction] = []
    /// `at` of the documents being made, in ms since the epoch.
    var now: Int64 = 0
    /// Records that came at or below what was handled already: librdkafka#4637.
    private(set) var regressions = 0
    /// What became of the records since the last queued checkpoint.
    private var delta = RunDelta()
    /// Records handled by this claim.
    private(set) var handled = 0
    /// Indices of `states` with news for the live view.
    private var news: [Int] = []
    private var hasNews: [Bool] = []

    /// Puts a claim in force.
    init(_ claimed: ClaimedPartition, settings: EngineSettings<Forecaster>) throws(PipelineError) {
        let checkpoint = claimed.checkpoint
        self.settings = settings
        claim = claimed.tag
        epoch = checkpoint.epoch
        hasGaps = !checkpoint.gaps.isEmpty
        position = checkpoint.nextOffset
        covered = checkpoint.nextOffset
        queuedOffset = checkpoint.nextOffset
        anchor = checkpoint.anchor
        expectedAnchor = checkpoint.anchor
        marks = Dictionary(checkpoint.marks.map { ($0.stream, $0.mark) }, uniquingKeysWith: { _, last in last })
        counts = checkpoint.counts
        known = Dictionary(
            claimed.refusals.map { (RecordPart(offset: $0.offset, part: $0.part), $0) },
            uniquingKeysWith: { _, last in last })
        batch = Batch(claim: claimed.tag, number: 0)
        for stored in claimed.states {
            var state = try SymbolState<Forecaster>(stored, settings: settings.forecaster)
            // A crashed or fenced run's: the next checkpoint writes it again.
            if state.offset >= checkpoint.nextOffset { state.isTouched = true }
            symbols[state.symbol] = states.count
            if state.isTouched { touched.append(states.count) }
            states.append(state)
            hasNews.append(false)
        }
        for gap in checkpoint.gaps { cross(gap) }
    }

    /// A gap acts on every symbol like a record at its last offset; it follows from `gaps` and `of` at every claim.
    private mutating func cross(_ gap: LogGap) {
        for index in sortedIndices() where states[index].offset < gap.to - 1 {
            states[index].forecaster.gap(into: &resolved)
            states[index].offset = gap.to - 1
            touch(index)
            appendResolved(symbol: states[index].symbol, offset: gap.to - 1, timestamp: gap.at)
        }
    }

    /// Whether the record is to be handled: not the anchor, not behind the position.
    ///
    /// - Throws: `topic_recreated` if another record stands where the anchor stood.
    mutating func admits(_ record: SourceRecord) throws(PipelineError) -> Bool {
        if let expected = expectedAnchor, record.offset == expected.offset {
            guard RecordAnchor(record) == expected else {
                throw PipelineError(
                    .topicRecreated,
                    "\(settings.topic)[\(settings.partition)] holds another record at offset \(record.offset) than the one "
                        + "handled before: the topic was re-created; run `tapedeck pipeline reset`, then replay the tapes"
                )
            }
            expectedAnchor = nil
            return false
        }
        if record.offset < position {
            if expectedAnchor == nil { regressions += 1 }
            return false
        }
        return true
    }

    /// Whether the anchor was passed by without being seen: gone by retention or compaction.
    ///
    /// Asks once.
    mutating func anchorIsGone() -> Bool {
        guard let expected = expectedAnchor, position > expected.offset, lastRecord != nil else { return false }
        expectedAnchor = nil
        return true
    }

    /// The identities among these records that only the store can tell to be new, in order.
    ///
    /// Marks are advanced here as ``handle(_:kind:items:found:)`` will advance them.
    func questions(_ records: [ParsedRecord]) -> [TradeKey] {
        var tops: [String: StreamMark.Top] = [:]
        var asked: [TradeKey] = []
        for record in records {
            for item in record.items {
                guard case .trade(let trade) = item.content, let key = trade.key,
                    known[RecordPart(offset: record.record.offset, part: item.part)] == nil
                else { continue }
                if let top = tops[key.stream] ?? marks[key.stream]?.top, !key.isAbove(top) {
                    asked.append(key)
                } else {
                    tops[key.stream] = StreamMark.Top(sequence: key.sequence, index: key.index)
                }
            }
        }
        return asked
    }

    /// Handles one record.
    ///
    /// - Parameters:
    ///   - parsed: the record with what validation made of it.
    ///   - found: where the trades that ``questions(_:)`` named are stored.
    mutating func handle(_ parsed: ParsedRecord, found: [TradeKey: StoredPlace]) {
        let record = parsed.record
        batch.recordCount += 1
        delta.records += 1
        handled += 1
        batch.lastOffset = record.offset
        batch.oldestTimestamp = min(batch.oldestTimestamp, record.timestamp)
        switch parsed.kind {
        case .ignored(let type):
            counts.ignored += 1
            delta.ignored[type, default: 0] += 1
        case .end(let stream): end(stream, at: record)
        case .items:
            var held: Int32?
            // Decided once per symbol, before its first trade of the record: siblings of a frame share the fate.
            var skips: [Int: Bool] = [:]
            for item in parsed.items { handle(item, of: record, found: found, held: &held, skips: &skips) }
        }
        position = record.offset + 1
        lastRecord = record
    }

    private mutating func handle(
        _ item: RecordItem, of record: SourceRecord, found: [TradeKey: StoredPlace], held: inout Int32?,
        skips: inout [Int: Bool]
    ) {
        switch item.content {
        case .rejected(let reason, let detail):
            counts.dead += 1
            appendDead(record, part: item.part, reason: reason, detail: detail)
        case .trade(let trade):
            if !known.isEmpty, let refusal = known[RecordPart(offset: record.offset, part: item.part)] {
                counts.dead += 1
                appendDead(record, part: item.part, reason: refusal.reason, detail: refusal.detail)
                return
            }
            var looked = false
            if let key = trade.key {
                if let top = marks[key.stream]?.top, !key.isAbove(top) {
                    looked = true
                    let place = inFlight.offset(of: key).map { StoredPlace.here(offset: $0) } ?? found[key]
                    if let place, place != .here(offset: record.offset) {
                        counts.duplicates += 1
                        delta.duplicates[key.stream, default: 0] += 1
                        return
                    }
                } else {
                    marks[key.stream, default: StreamMark()].top =
                        StreamMark.Top(sequence: key.sequence, index: key.index)
                }
            }
            counts.trades += 1
            let index = symbolIndex(trade.trade.symbol)
            let skip: Bool
            if item.part == nil {
                skip = record.offset <= states[index].offset
            } else {
                skip = skips[index] ?? (record.offset <= states[index].offset)
                skips[index] = skip
            }
            if skip {
                delta.skipped += 1
                return
            }
            fold(trade, item.part, of: record, looked: looked, into: index, held: &held)
        }
    }

    private mutating func fold(
        _ trade: IncomingTrade, _ part: Int32?, of record: SourceRecord, looked: Bool, into index: Int,
        held: inout Int32?
    ) {
        let header = trade.header
        let identity =
            header?.identity
            ?? .kafka(
                topic: settings.topic, partition: settings.partition, offset: record.offset, index: part ?? 0)
        var flag: TradeFlag?
        if looked, let header, states[index].isBehind(header) {
            flag = .backfill
            states[index].forecaster.countBackfill()
        } else {
            // A header-less frame's time of receipt is its record timestamp.
            let receive = header?.receive ?? record.timestamp.multipliedReportingOverflow(by: 1_000_000).partialValue
            let seen = Observation(
                trade: trade.trade, identity: identity, receive: receive, stream: header?.stream,
                segment: header?.segment)
            flag = states[index].forecaster.handle(seen, into: &resolved)
            if let header { states[index].last = .init(header) }
        }
        states[index].offset = record.offset
        touch(index)
        states[index].news += 1
        if !hasNews[index] {
            hasNews[index] = true
            news.append(index)
        }
        if let key = trade.key { inFlight.insert(key, offset: record.offset, batch: batch.number) }
        let place = held ?? batch.hold(record)
        held = place
        batch.entries.append(.init(record: place, part: part))
        batch.appendTrade(trade, identity: identity, record: record, topic: settings.topic, at: now)
        if let flag {
            delta.flagged[flag.rawValue, default: 0] += 1
            batch.flags.append(TradeFlagUpdate(id: identity.text, flag: flag.rawValue))
        }
        appendResolved(symbol: states[index].symbol, offset: record.offset, timestamp: record.timestamp)
    }

    /// The first end marker of a stream in this partition censors what is pending of it, symbols in UTF-8 order.
    private mutating func end(_ stream: String, at record: SourceRecord) {
        guard marks[stream]?.end == nil else { return }
        marks[stream, default: StreamMark()].end = record.offset
        for index in sortedIndices()
        where states[index].offset < record.offset && states[index].forecaster.pendingStream == stream {
            states[index].forecaster.end(into: &resolved)
            states[index].offset = record.offset
            touch(index)
            appendResolved(symbol: states[index].symbol, offset: record.offset, timestamp: record.timestamp)
        }
    }

    /// Takes the batch for a flush and starts the next one.
    mutating func takeBatch() -> Batch {
        let taken = batch
        batch = Batch(claim: claim, number: taken.number + 1)
        return taken
    }

    /// Closes the batch with a checkpoint: the states as of its last record, none newer.
    mutating func close() -> Batch {
        if let lastRecord { anchor = RecordAnchor(lastRecord) }
        touched.sort { states[$0].symbol.utf8.lexicographicallyPrecedes(states[$1].symbol.utf8) }
        var encoded: [StateDocument] = []
        encoded.reserveCapacity(touched.count)
        for index in touched {
            encoded.append(states[index].document(checkpoint: settings.checkpoint))
            states[index].isTouched = false
            if states[index].news > 0 { delta.trades[states[index].symbol] = states[index].news }
            states[index].news = 0
        }
        touched.removeAll(keepingCapacity: true)
        let sorted = marks.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        batch.checkpoint = CheckpointImage(
            advance: CheckpointAdvance(
                id: settings.checkpoint, epoch: epoch, old: queuedOffset, new: position, anchor: anchor,
                marks: sorted.map { ($0.key, $0.value) }, counts: counts),
            states: encoded, delta: delta)
        delta = RunDelta()
        covered = position
        queuedOffset = position
        return takeBatch()
    }

    /// Whether a checkpoint would say anything.
    var needsCheckpoint: Bool { position > covered || !batch.isEmpty }

    /// The store has acknowledged the batches up to this one.
    mutating func acknowledge(through number: Int) { inFlight.acknowledge(through: number) }

    /// Takes what the live view should show.
    mutating func takeNews() -> [Int] {
        for index in news { hasNews[index] = false }
        defer { news.removeAll(keepingCapacity: true) }
        return news.sorted()
    }

    // MARK: - Parts

    private func sortedIndices() -> [Int] {
        states.indices.sorted { states[$0].symbol.utf8.lexicographicallyPrecedes(states[$1].symbol.utf8) }
    }

    private mutating func symbolIndex(_ symbol: String) -> Int {
        if let index = symbols[symbol] { return index }
        symbols[symbol] = states.count
        states.append(SymbolState(symbol: symbol, forecaster: Forecaster(settings.forecaster)))
        hasNews.append(false)
        return states.count - 1
    }

    private mutating func touch(_ index: Int) {
        guard !states[index].isTouched else { return }
        states[index].isTouched = true
        touched.append(index)
    }

    private mutating func appendResolved(symbol: String, offset: Int64, timestamp: Int64) {
        for prediction in resolved {
            batch.appendPrediction(
                prediction, symbol: symbol, model: settings.model, horizon: settings.horizon, level: settings.level,
                place: RecordPlace(
                    topic: settings.topic, partition: settings.partition, offset: offset, timestamp: timestamp),
                at: now)
        }
        resolved.removeAll(keepingCapacity: true)
    }

    private mutating func appendDead(_ record: SourceRecord, part: Int32?, reason: DeadLetterReason, detail: String) {
        delta.dead[reason.rawValue, default: 0] += 1
        batch.dead.append(
            DeadLetterDocument.make(
                record, topic: settings.topic, part: part, reason: reason, detail: detail, version: settings.version,
                at: now
            ).bytes)
    }
}

/// A record, or one trade of it.
struct RecordPart: Hashable, Sendable {
    var offset: Int64
    var part: Int32?
}

/// Kafka coordinates of a record, as `k` holds them.
struct RecordPlace: Sendable {
    var topic: String
    var partition: Int32
    var offset: Int64
    var timestamp: Int64
}
