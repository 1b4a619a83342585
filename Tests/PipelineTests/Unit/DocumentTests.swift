import Forecast
import Mongo
import Testing
import TradeModel

@testable import Pipeline

@Suite struct DocumentTests {
    @Test func aBufferWritesWhatTheBuilderWrites() throws {
        var buffer = DocumentBuffer()
        for number in 0..<3 {
            buffer.begin()
            buffer.string("_id") { $0 += "id\(number)é".utf8 }
            buffer.string("s", "sym|\(number)")
            buffer.double("p", -0.0)
            buffer.double("q", orNull: nil)
            buffer.beginDocument("k")
            buffer.int32("pt", -7)
            buffer.int64("of", .min)
            buffer.date("ts", 1_723_075_200_123)
            buffer.end()
            buffer.beginArray("c")
            for index in 0..<12 { buffer.string(at: index, "\(index)") }
            buffer.end()
            buffer.null("n")
            buffer.end()
        }
        #expect(buffer.count == 3)
        for number in 0..<3 {
            var k = BSONDocument()
            k.append("pt", Int32(-7))
            k.append("of", Int64.min)
            k.append("ts", date: 1_723_075_200_123)
            var expected = BSONDocument()
            expected.append("_id", "id\(number)é")
            expected.append("s", "sym|\(number)")
            expected.append("p", -0.0)
            expected.appendNull("q")
            expected.append("k", k)
            expected.append("c", strings: (0..<12).map(String.init))
            expected.appendNull("n")
            let document = try BSONDocument(validating: buffer.document(number))
            #expect(document == expected)
        }
    }

    @Test(arguments: [
        TradeIdentity.tape(stream: "sim-1~a+b", sequence: 0, index: 0),
        .tape(stream: "s", sequence: 123_456_789_012, index: 999),
        .tape(stream: "s", sequence: 1_234_567_890_123, index: 1_000),
        .kafka(topic: "raw_data", partition: 0, offset: 0, index: 0),
        .kafka(topic: "a.b-c", partition: 31, offset: 9_223_372_036_854_775_807, index: 12),
    ])
    func identitiesSurviveTheirDocumentForm(_ identity: TradeIdentity) {
        var bytes: [UInt8] = []
        identity.append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == identity.text)
        #expect(TradeIdentity(documentID: identity.text) == identity)
    }

    @Test func otherTextsAreNoIdentity() {
        for text in ["", "a", "a|b|c", "a|1", "t|0|1|x", "t|0|1|2|3"] {
            #expect(TradeIdentity(documentID: text) == nil, "\(text)")
        }
    }

    @Test func aCheckpointSurvivesItsDocument() throws {
        var checkpoint = CheckpointDocument(
            ClaimRequest(id: "g|t|3", cluster: "c", partitions: 4, model: "ols:1", owner: "me", start: 17))
        checkpoint.nextOffset = 99
        checkpoint.anchor = RecordAnchor(TestRecords.trade(offset: 98))
        var mark = StreamMark()
        mark.top = .init(sequence: 5, index: 2)
        checkpoint.marks = [("A", mark)]
        mark.top = nil
        mark.end = 44
        checkpoint.marks.append(("b-1", mark))
        checkpoint.counts.dead = 3
        checkpoint.gaps = [LogGap(from: 3, to: 9, at: 12)]
        let read = try CheckpointDocument(checkpoint.document(at: 1))
        #expect(read == checkpoint)
        #expect(read.marks.map(\.stream) == ["A", "b-1"])
    }

    @Test func anAnchorSeesEveryDifference() {
        let record = TestRecords.trade(offset: 7)
        let anchor = RecordAnchor(record)
        #expect(RecordAnchor(record) == anchor)
        var other = record
        other.timestamp += 1
        #expect(RecordAnchor(other) != anchor)
        other = record
        other.key = nil
        #expect(RecordAnchor(other) != anchor)
        other = record
        other.value?.append(0x20)
        #expect(RecordAnchor(other) != anchor)
        other = record
        other.value?[3] ^= 1
        #expect(RecordAnchor(other) != anchor)
        other.value = nil
        #expect(RecordAnchor(other) != anchor)
    }

    @Test func aDeadLetterKeepsTheRecordAsItCame() throws {
        var record = TestRecords.record("pong", key: "K", offset: 12)
        record.headers = [RecordHeader(name: "x", value: nil), RecordHeader(name: "tape", value: [1, 255])]
        let document = DeadLetterDocument.make(
            record, topic: "raw", part: 4, reason: .storeRejected, detail: "why", version: "1", at: 5)
        #expect(document["_id"]?.string == "raw|0|0000000000000000012|4")
        #expect(document["value"]?.binary == Array("pong".utf8))
        #expect(document["key"]?.binary == Array("K".utf8))
        #expect(document["size"]?.integer == 4)
        let headers = document["headers"]?.array?.compactMap(\.document) ?? []
        #expect(headers.map { $0["k"]?.string } == ["x", "tape"])
        #expect(headers.map { $0["v"]?.binary } == [nil, [1, 255]])
        #expect(
            try DeadLetterDocument.refusal(document)
                == KnownRefusal(offset: 12, part: 4, reason: .storeRejected, detail: "why"))
        record.value = [UInt8](repeating: 7, count: 3 << 20)
        let large = DeadLetterDocument.make(
            record, topic: "raw", part: nil, reason: .notJSON, detail: "", version: "1", at: 5)
        #expect(large["value"]?.binary?.count == 1 << 20)
        #expect(large["size"]?.integer == 3 << 20)
        #expect(try DeadLetterDocument.refusal(large) == nil)
    }

    @Test func aStateSurvivesItsDocumentBitForBit() throws {
        let configuration = ForecastConfiguration()
        var state = SymbolState<OLSForecaster>(symbol: "SYM0", forecaster: OLSForecaster(configuration))
        var resolved: [Prediction] = []
        var reader = RecordReader(partitions: 1)
        for record in TestRecords.market(700, symbols: 1) {
            guard case .trade(let trade)? = reader.read(record).items.first?.content, let header = trade.header else {
                Issue.record("no trade")
                return
            }
            _ = state.forecaster.handle(
                Observation(
                    trade: trade.trade, identity: header.identity, receive: header.receive, stream: header.stream,
                    segment: header.segment), into: &resolved)
            state.last = .init(header)
            state.offset = record.offset
        }
        #expect(resolved.count > 300)
        let document = state.document(checkpoint: "g|t|0")
        let read = try SymbolState<OLSForecaster>(document, settings: configuration)
        #expect(read.document(checkpoint: "g|t|0") == document)
        #expect(document.document["counts"]?.document?["scored"]?.integer ?? 0 > 0)
        #expect(document.document["pending"]?.array?.count == 1)
    }
}
