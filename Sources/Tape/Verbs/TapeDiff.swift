import TradeModel

/// `tape diff`: whether two tapes hold the same frames, or the same trades, in the same order.
public enum TapeDiff {
    /// What is compared.
    public enum Unit: String, Sendable, CaseIterable {
        /// Every frame, byte for byte.
        case frames
        /// Every good trade, however trades are packed into frames.
        case trades
    }

    /// One side's place of a difference.
    public struct Item: Sendable, Equatable {
        /// The stream's id.
        public var stream: String
        /// Sequence number of the line.
        public var sequence: Int64
        /// Receive time, ns.
        public var receive: Int64
        /// What is compared: a frame's bytes, or a trade's object.
        public var bytes: [UInt8]
    }

    /// The first place where the two differ.
    public struct Difference: Sendable, Equatable {
        /// How many items before it are equal.
        public var position: Int64
        /// What the first tape has; nil if it has ended.
        public var left: Item?
        /// What the second tape has; nil if it has ended.
        public var right: Item?
    }

    /// The outcome.
    public struct Result: Sendable, Equatable {
        /// Items of the first.
        public var leftCount: Int64 = 0
        /// Items of the second.
        public var rightCount: Int64 = 0
        /// Where they differ first; nil if they are equal.
        public var first: Difference?
    }

    /// Gives one side's items in order; nil at the end.
    public typealias Side = () throws(TapeError) -> Item?

    /// Compares tapes.
    ///
    /// - Parameters:
    ///   - left: the first.
    ///   - right: the second.
    ///   - unit: what is compared.
    ///   - reading: how both are read.
    /// - Returns: counts, and the first difference.
    /// - Throws: ``TapeError`` if one cannot be read to its end.
    public static func run(
        _ left: [String], _ right: [String], by unit: Unit = .frames, reading: TapeReaderConfiguration = .init()
    ) throws(TapeError) -> Result {
        try run(
            side(of: TapeReader(paths: left, configuration: reading), unit),
            side(of: TapeReader(paths: right, configuration: reading), unit))
    }

    /// Compares any two sequences of items.
    ///
    /// - Parameters:
    ///   - left: gives the first's items.
    ///   - right: gives the second's.
    /// - Returns: counts, and the first difference.
    /// - Throws: what the sides throw.
    public static func run(_ left: Side, _ right: Side) throws(TapeError) -> Result {
        var result = Result()
        while true {
            let (one, other) = (try left(), try right())
            if one == nil, other == nil { return result }
            if result.first == nil, one?.bytes != other?.bytes {
                result.first = Difference(position: min(result.leftCount, result.rightCount), left: one, right: other)
            }
            if one != nil { result.leftCount += 1 }
            if other != nil { result.rightCount += 1 }
        }
    }

    /// The items of what a reader gives.
    ///
    /// - Parameters:
    ///   - reader: gives the lines.
    ///   - unit: what is compared.
    /// - Returns: the side.
    public static func side(of reader: TapeReader, _ unit: Unit) -> Side {
        var batch: TapeBatch?
        var next = 0
        return side(unit) { () throws(TapeError) in
            while true {
                guard let held = batch, next < held.lines.count else {
                    batch = try reader.next()
                    next = 0
                    if batch == nil { return nil }
                    continue
                }
                let line = held.lines[next]
                next += 1
                guard line.kind != .event else { continue }
                // Only a frame can hold trades.
                if unit == .trades, line.kind != .frame { continue }
                return Item(
                    stream: held.header.stream, sequence: line.sequence, receive: line.receive,
                    bytes: try held.message(line))
            }
        }
    }

    /// The items of a topic's records, as ``TapeImport`` would write them.
    ///
    /// - Parameters:
    ///   - partitions: the records of each partition.
    ///   - stream: which stream; nil: the records that have none.
    ///   - name: id of the stream of records without one.
    ///   - unit: what is compared.
    ///   - told: gets the counts at the end.
    /// - Returns: the side.
    public static func side(
        of partitions: [TapeImport.RecordSource], stream: String?, name: String = "import-kafka", _ unit: Unit,
        told: @escaping (RecordCounts) -> Void = { _ in }
    ) -> Side {
        var merge = RecordMerge(partitions: partitions, stream: stream)
        var packer = RecordPacker()
        var waiting: [RecordPacker.Line] = []
        var isAtEnd = false
        return side(unit) { () throws(TapeError) in
            while true {
                while !waiting.isEmpty {
                    guard case .frame(let bytes, let sequence, let receive) = waiting.removeFirst() else { continue }
                    return Item(stream: stream ?? name, sequence: sequence, receive: receive, bytes: bytes)
                }
                if isAtEnd { return nil }
                if let record = try merge.next() {
                    waiting = packer.take(record)
                } else {
                    isAtEnd = true
                    waiting = packer.finish()
                    var counts = packer.counts
                    counts.others = merge.others
                    told(counts)
                }
            }
        }
    }

    /// Frames as they are, or their good trades one by one.
    private static func side(_ unit: Unit, of frames: @escaping Side) -> Side {
        guard unit == .trades else { return frames }
        var decoder = FinnhubFrameDecoder()
        var waiting: [Item] = []
        return { () throws(TapeError) in
            while true {
                if let item = waiting.popLast() { return item }
                guard let frame = try frames() else { return nil }
                guard (try? decoder.decode(frame.bytes.span)) != nil else { continue }
                waiting = decoder.trades.reversed().map { framed in
                    var item = frame
                    item.bytes = Array(frame.bytes[framed.range])
                    return item
                }
            }
        }
    }
}
