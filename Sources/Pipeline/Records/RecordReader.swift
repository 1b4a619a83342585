import TradeModel

/// Classifies and validates records: a pure function of each record and the topic's partition count.
///
/// The first rule that fails gives the reason, in the order of pipeline.md, section 2.
struct RecordReader: Sendable {
    private let isPartitioned: Bool
    private var decoder = FinnhubFrameDecoder()
    private var previous: RecordIdentity?

    init(partitions: Int32) { isPartitioned = partitions > 1 }

    /// Reads one record.
    mutating func read(_ record: SourceRecord) -> ParsedRecord {
        guard let value = record.value else { return Self.dead(record, .notJSON, "the value is null") }
        var headers = 0
        var field: [UInt8]?
        for header in record.headers where header.name == RecordIdentity.headerName {
            headers += 1
            field = header.value
        }
        if headers > 0 {
            do throws(FrameError) {
                let trade = try decoder.decodeTrade(value.span)
                return identified(record, trade, headers, field)
            } catch {
                guard error.reason == .unknownShape else { return Self.dead(record, error) }
                return message(record, value, hasHeader: true)
            }
        }
        return message(record, value, hasHeader: false)
    }

    /// A good trade object with a header: identity, then key.
    private mutating func identified(
        _ record: SourceRecord, _ trade: Trade, _ headers: Int, _ field: [UInt8]?
    ) -> ParsedRecord {
        guard headers == 1 else {
            return Self.dead(
                record, .badIdentity, "the header \(RecordIdentity.headerName) stands there \(headers) times")
        }
        guard let field else {
            return Self.dead(record, .badIdentity, "the header \(RecordIdentity.headerName) is null")
        }
        let header: RecordIdentity
        do throws(FrameError) {
            header = try RecordIdentity(parsing: field.span, after: previous)
        } catch {
            return Self.dead(record, error)
        }
        previous = header
        if isPartitioned {
            guard let key = record.key, key.elementsEqual(trade.symbol.utf8) else {
                return Self.dead(record, .keyMismatch, "the key is not the symbol \(trade.symbol)")
            }
        }
        let item = RecordItem(part: nil, content: .trade(IncomingTrade(trade: trade, header: header)))
        return ParsedRecord(record: record, kind: .items, items: [item])
    }

    /// A message of Finnhub, an end marker, or a trade object that lacks its header.
    private mutating func message(_ record: SourceRecord, _ value: [UInt8], hasHeader: Bool) -> ParsedRecord {
        let kind: FrameKind
        do throws(FrameError) {
            kind = try decoder.decode(value.span)
        } catch {
            guard error.reason == .unknownShape, !hasHeader else { return Self.dead(record, error) }
            return bare(record, value, error)
        }
        switch kind {
        case .ping: return Self.ignored(record, "ping")
        case .serverError: return Self.ignored(record, "error")
        case .ignored(EndMarker.type):
            do throws(FrameError) {
                let marker = try EndMarker(parsing: value.span)
                return ParsedRecord(record: record, kind: .end(stream: marker.stream), items: [])
            } catch {
                return Self.dead(record, error)
            }
        case .ignored(let type): return Self.ignored(record, String(type.prefix(40)))
        case .trades: return frame(record, hasHeader)
        }
    }

    /// A message that is no frame: a trade object without header, or nothing that is known.
    private mutating func bare(_ record: SourceRecord, _ value: [UInt8], _ first: FrameError) -> ParsedRecord {
        do throws(FrameError) {
            _ = try decoder.decodeTrade(value.span)
        } catch {
            return Self.dead(record, error.reason == .unknownShape ? first : error)
        }
        return Self.dead(record, .badIdentity, "the header \(RecordIdentity.headerName) is absent")
    }

    /// A whole frame of the first system: each trade by itself, in the order of the array.
    private func frame(_ record: SourceRecord, _ hasHeader: Bool) -> ParsedRecord {
        if decoder.trades.isEmpty && decoder.rejections.isEmpty { return Self.ignored(record, "trade") }
        if hasHeader {
            return Self.dead(
                record, .unknownShape,
                "a whole frame with a header \(RecordIdentity.headerName), which is for one trade")
        }
        if isPartitioned {
            return Self.dead(
                record, .frameInPartitionedTopic, "whole frames need a topic of one partition: their trades have no key"
            )
        }
        var items: [RecordItem] = []
        items.reserveCapacity(decoder.trades.count + decoder.rejections.count)
        var rejections = decoder.rejections.makeIterator()
        var rejected = rejections.next()
        for framed in decoder.trades {
            while let bad = rejected, bad.index < framed.index {
                items.append(Self.rejection(bad))
                rejected = rejections.next()
            }
            items.append(
                RecordItem(part: framed.index, content: .trade(IncomingTrade(trade: framed.trade, header: nil))))
        }
        while let bad = rejected {
            items.append(Self.rejection(bad))
            rejected = rejections.next()
        }
        return ParsedRecord(record: record, kind: .items, items: items)
    }

    private static func rejection(_ bad: FrameRejection) -> RecordItem {
        RecordItem(part: bad.index, content: .rejected(DeadLetterReason(bad.error.reason), detail: text(bad.error)))
    }

    private static func ignored(_ record: SourceRecord, _ type: String) -> ParsedRecord {
        ParsedRecord(record: record, kind: .ignored(type: type), items: [])
    }

    private static func dead(_ record: SourceRecord, _ error: FrameError) -> ParsedRecord {
        dead(record, DeadLetterReason(error.reason), text(error))
    }

    private static func dead(_ record: SourceRecord, _ reason: DeadLetterReason, _ detail: String) -> ParsedRecord {
        let item = RecordItem(part: nil, content: .rejected(reason, detail: detail))
        return ParsedRecord(record: record, kind: .items, items: [item])
    }

    private static func text(_ error: FrameError) -> String { "at byte \(error.offset): \(error.detail)" }
}

extension DeadLetterReason {
    /// The reason that the frame decoder gave.
    init(_ reason: FrameError.Reason) {
        self =
            switch reason {
            case .notJSON: .notJSON
            case .unknownShape: .unknownShape
            case .missingField: .missingField
            case .badType: .badType
            case .badSymbol: .badSymbol
            case .badPrice: .badPrice
            case .badVolume: .badVolume
            case .badTime: .badTime
            case .badConditions: .badConditions
            case .badIdentity: .badIdentity
            }
    }
}
