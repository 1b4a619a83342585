import TradeModel

/// A record of a topic, as an import takes it.
public struct ImportRecord: Sendable, Equatable {
    /// What its header `tape` says; nil where there is none.
    public var identity: RecordIdentity?
    /// The record's value: a trade's object, or without identity a whole frame too.
    public var value: [UInt8]
    /// Record time, ns since the epoch; the receive time of a record without identity.
    public var timestamp: Int64

    /// Makes a record.
    public init(identity: RecordIdentity?, value: [UInt8], timestamp: Int64) {
        self.identity = identity
        self.value = value
        self.timestamp = timestamp
    }
}

/// What an import of records found beside the stream that it wrote.
public struct RecordImportSummary: Sendable, Equatable {
    /// What was written.
    public var tape: TapeSummary
    /// Trades written.
    public var trades: Int64 = 0
    /// Records of the same identity as one before: a producer that sent twice.
    public var duplicates: Int64 = 0
    /// Records of other streams, by id; the id of records without identity is empty.
    public var others: [TapeInfo.Count] = []
    /// Records that are neither a trade nor a frame.
    public var rejected: Int64 = 0
}

extension TapeImport {
    /// Gives the records of one partition in order; nil at its end.
    public typealias RecordSource = () throws(TapeError) -> ImportRecord?

    /// Makes a tape of a topic's records: trades of one line become its frame again, and segments become gaps.
    ///
    /// Within a partition a stream's records stand in the stream's order, so merging the partitions by sequence number
    /// and index gives the stream back with one record of each partition in memory.
    ///
    /// - Parameters:
    ///   - partitions: the records of each partition.
    ///   - stream: the stream to be written; nil: the records that have no identity, numbered as they come.
    ///   - name: id of the stream of records without identity.
    ///   - source: what the header says of where they came from, without query.
    ///   - output: the new tape.
    ///   - writing: how it is written.
    /// - Returns: what was written and what was not.
    /// - Throws: ``TapeError``; then there is no new tape.
    public static func run(
        partitions: [RecordSource], stream: String?, name: String = "import-kafka", source: String, to output: String,
        writing: TapeWriterConfiguration = .init()
    ) throws(TapeError) -> RecordImportSummary {
        var work = RecordImport(stream: stream, name: name, source: source, output: output, writing: writing)
        var merge = RecordMerge(partitions: partitions, stream: stream)
        while let record = try merge.next() { try work.take(record) }
        return try work.finish(others: merge.others)
    }
}

/// Joins partitions by sequence number and index.
struct RecordMerge {
    private let partitions: [TapeImport.RecordSource]
    private let stream: String?
    private var heads: [ImportRecord?]
    private var counts: [String: Int64] = [:]
    private var isStarted = false

    init(partitions: [TapeImport.RecordSource], stream: String?) {
        self.partitions = partitions
        self.stream = stream
        heads = Array(repeating: nil, count: partitions.count)
    }

    /// Records of other streams, by id.
    var others: [TapeInfo.Count] {
        counts.map { TapeInfo.Count(name: $0.key, count: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The next record of the stream.
    mutating func next() throws(TapeError) -> ImportRecord? {
        if !isStarted {
            isStarted = true
            for index in partitions.indices { heads[index] = try advance(index) }
        }
        var best: Int?
        for (index, head) in heads.enumerated() {
            guard let head else { continue }
            guard let held = best, let other = heads[held] else {
                best = index
                continue
            }
            if Self.precedes(head, other) { best = index }
        }
        guard let best else { return nil }
        let record = heads[best]
        heads[best] = try advance(best)
        return record
    }

    private mutating func advance(_ index: Int) throws(TapeError) -> ImportRecord? {
        while let record = try partitions[index]() {
            if record.identity?.stream == stream { return record }
            counts[record.identity?.stream ?? "", default: 0] += 1
        }
        return nil
    }

    /// Equal ones go by the order of the partitions.
    private static func precedes(_ one: ImportRecord, _ other: ImportRecord) -> Bool {
        if let a = one.identity, let b = other.identity { return (a.sequence, a.index) < (b.sequence, b.index) }
        return one.timestamp < other.timestamp
    }
}

/// Packs records into frames and writes them.
struct RecordImport {
    private let stream: String?
    private let name: String
    private let source: String
    private let output: String
    private let writing: TapeWriterConfiguration
    private var writer: TapeWriter?
    private var decoder = FinnhubFrameDecoder()
    private var sequence: Int64 = 0
    private var receive: Int64 = 0
    private var segment: Int64 = 0
    private var line: (sequence: Int64, receive: Int64, segment: Int64?, lastIndex: Int32, trades: [[UInt8]])?
    private var summary: RecordImportSummary

    init(stream: String?, name: String, source: String, output: String, writing: TapeWriterConfiguration) {
        self.stream = stream
        self.name = name
        self.source = source
        self.output = output
        self.writing = writing
        summary = RecordImportSummary(tape: TapeSummary(path: output, stream: stream ?? name))
    }

    mutating func take(_ record: ImportRecord) throws(TapeError) {
        guard let identity = record.identity else { return try takeForeign(record) }
        guard (try? decoder.decodeTrade(record.value.span)) != nil else {
            summary.rejected += 1
            return
        }
        if let held = line, held.sequence == identity.sequence {
            guard identity.index > held.lastIndex else {
                summary.duplicates += 1
                return
            }
            line?.trades.append(record.value)
            line?.lastIndex = identity.index
            return
        }
        // A producer that was restarted sends an earlier stretch again.
        guard identity.sequence > sequence, line.map({ identity.sequence > $0.sequence }) ?? true else {
            summary.duplicates += 1
            return
        }
        try flush()
        line = (identity.sequence, identity.receive, identity.segment, identity.index, [record.value])
    }

    private mutating func takeForeign(_ record: ImportRecord) throws(TapeError) {
        var frame = record.value
        let isTrade = (try? decoder.decodeTrade(record.value.span)) != nil
        if isTrade {
            frame = Self.frame([record.value])
            summary.trades += 1
        } else if case .trades = try? decoder.decode(record.value.span) {
            summary.trades += Int64(decoder.trades.count)
        } else if !JSONSyntax.isValid(record.value.span, maximumDepth: TapeFormat.maximumDepth) {
            summary.rejected += 1
            return
        }
        receive = max(receive, record.timestamp)
        sequence += 1
        try write(frame, at: sequence, receive)
    }

    private mutating func flush() throws(TapeError) {
        guard let held = line else { return }
        line = nil
        let time = max(receive, held.receive)
        if let known = held.segment, known > segment {
            // The gap itself was no record: its number tells where it was.
            segment = known
            if known > sequence, known < held.sequence {
                try open(time)
                try writer?.append(
                    event: .gap(from: receive, cause: "import"), sequence: known, receive: max(receive, 0))
            }
        }
        summary.trades += Int64(held.trades.count)
        sequence = held.sequence
        receive = time
        try write(Self.frame(held.trades), at: held.sequence, time)
    }

    private mutating func open(_ time: Int64) throws(TapeError) {
        guard writer == nil else { return }
        // Nothing was received before the first record: a gap before it begins with it.
        if receive == 0 { receive = time }
        writer = try TapeWriter(
            path: output,
            header: TapeHeader(
                stream: stream ?? name, source: source, symbols: [], recorder: "import", receive: time),
            configuration: writing)
    }

    private mutating func write(_ frame: [UInt8], at sequence: Int64, _ time: Int64) throws(TapeError) {
        try open(time)
        try writer?.append(frame: frame, sequence: sequence, receive: time)
    }

    private static func frame(_ trades: [[UInt8]]) -> [UInt8] {
        var frame = Array("{\"data\":[".utf8)
        for (index, trade) in trades.enumerated() {
            if index > 0 { frame.append(UInt8(ascii: ",")) }
            frame += trade
        }
        return frame + Array("],\"type\":\"trade\"}".utf8)
    }

    mutating func finish(others: [TapeInfo.Count]) throws(TapeError) -> RecordImportSummary {
        try flush()
        guard let finished = writer.take() else {
            let ids = others.map { $0.name.isEmpty ? "records without a stream" : $0.name }.joined(separator: ", ")
            throw TapeError(
                .badLine(
                    "no record of \(stream ?? "a foreign producer") is there; what is: \(ids.isEmpty ? "nothing" : ids)"
                ),
                path: source)
        }
        summary.tape = try finished.finish()
        summary.others = others
        return summary
    }
}
