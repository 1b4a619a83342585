import Testing
import TradeModel

@testable import Pipeline

@Suite struct RecordReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var value: String?
        var key: String? = "A"
        var header: String? = "S|1|0|1723075200000000000|0"
        var partitions: Int32 = 1
        var reason: DeadLetterReason?
        var testDescription: String { name }
    }

    static let good = #"{"c":null,"p":1.5,"s":"A","t":1723075200000,"v":2}"#

    static let cases: [Case] = [
        Case(name: "good trade", value: good, reason: nil),
        Case(name: "good trade, several partitions", value: good, partitions: 4, reason: nil),
        Case(name: "four fields: segment unknown", value: good, header: "S|1|0|1723075200000000000", reason: nil),
        Case(name: "volume 0", value: #"{"p":1.5,"s":"A","t":1723075200000,"v":0}"#, reason: nil),
        Case(name: "null value", value: nil, reason: .notJSON),
        Case(name: "no JSON", value: "pong", reason: .notJSON),
        Case(name: "array", value: "[1]", reason: .notJSON),
        Case(name: "cut off", value: String(good.dropLast(5)), reason: .notJSON),
        Case(name: "empty object", value: "{}", reason: .unknownShape),
        Case(name: "other object without header", value: #"{"a":1}"#, header: nil, reason: .unknownShape),
        Case(name: "no price", value: #"{"s":"A","t":1723075200000,"v":2}"#, reason: .missingField),
        Case(name: "price is text", value: #"{"p":"1","s":"A","t":1723075200000,"v":2}"#, reason: .badType),
        Case(name: "empty symbol", value: #"{"p":1,"s":"","t":1723075200000,"v":2}"#, reason: .badSymbol),
        Case(name: "negative price", value: #"{"p":-1,"s":"A","t":1723075200000,"v":2}"#, reason: .badPrice),
        Case(name: "negative volume", value: #"{"p":1,"s":"A","t":1723075200000,"v":-2}"#, reason: .badVolume),
        Case(name: "seconds", value: #"{"p":1,"s":"A","t":1723075200,"v":2}"#, reason: .badTime),
        Case(
            name: "condition is a number", value: #"{"c":[1],"p":1,"s":"A","t":1723075200000,"v":2}"#,
            reason: .badConditions),
        Case(name: "no header", value: good, header: nil, reason: .badIdentity),
        Case(name: "malformed header", value: good, header: "S|x|0|1", reason: .badIdentity),
        Case(name: "stream with a space", value: good, header: "S S|1|0|1", reason: .badIdentity),
        Case(name: "six fields", value: good, header: "S|1|0|1|0|0", reason: .badIdentity),
        Case(name: "other key, one partition", value: good, key: "B", reason: nil),
        Case(name: "other key, several partitions", value: good, key: "B", partitions: 4, reason: .keyMismatch),
        Case(name: "no key, several partitions", value: good, key: nil, partitions: 4, reason: .keyMismatch),
        Case(
            name: "frame, several partitions", value: #"{"data":[\#(good)],"type":"trade"}"#, header: nil,
            partitions: 4, reason: .frameInPartitionedTopic),
        Case(
            name: "frame with a header", value: #"{"data":[\#(good)],"type":"trade"}"#, reason: .unknownShape),
        Case(
            name: "bad price before bad header", value: #"{"p":0,"s":"A","t":1723075200000,"v":2}"#, header: "x",
            reason: .badPrice),
        Case(name: "end marker without stream", value: #"{"type":"end","seq":3}"#, header: nil, reason: .unknownShape),
    ]

    @Test(arguments: cases) func theFirstFailingRuleGivesTheReason(_ test: Case) {
        var reader = RecordReader(partitions: test.partitions)
        let parsed = reader.read(
            TestRecords.record(test.value, key: test.key, header: test.header))
        #expect(parsed.kind == .items)
        #expect(parsed.items.count == 1)
        guard let item = parsed.items.first else { return }
        #expect(item.part == nil)
        switch item.content {
        case .trade: #expect(test.reason == nil)
        case .rejected(let reason, let detail):
            #expect(reason == test.reason)
            #expect(!detail.isEmpty && !detail.contains("\n"))
        }
    }

    @Test func aRepeatedHeaderIsNoIdentity() {
        var reader = RecordReader(partitions: 1)
        var record = TestRecords.trade()
        record.headers += record.headers
        guard case .rejected(let reason, _)? = reader.read(record).items.first?.content else {
            Issue.record("not rejected")
            return
        }
        #expect(reason == .badIdentity)
    }

    @Test(arguments: [
        (#"{"type":"ping"}"#, "ping"), (#"{"msg":"x","type":"error"}"#, "error"),
        (#"{"type":"news","data":[{}]}"#, "news"), (#"{"data":[],"type":"trade"}"#, "trade"),
        (#"{"data":null,"type":"trade"}"#, "trade"),
    ])
    func messagesWithoutTradesAreIgnoredByType(_ value: String, _ type: String) {
        var reader = RecordReader(partitions: 4)
        #expect(reader.read(TestRecords.record(value)).kind == .ignored(type: type))
    }

    @Test func anEndMarkerNamesItsStream() {
        var reader = RecordReader(partitions: 4)
        let parsed = reader.read(TestRecords.record(#"{"type":"end","stream":"a-1","seq":9}"#))
        #expect(parsed.kind == .end(stream: "a-1"))
        #expect(parsed.items.isEmpty)
    }

    @Test func aBadTradeOfAFrameIsRejectedAloneAndInItsPlace() {
        var reader = RecordReader(partitions: 1)
        let bad = #"{"p":0,"s":"A","t":1723075200000,"v":2}"#
        let parsed = reader.read(
            TestRecords.record(#"{"data":[\#(bad),\#(Self.good),7,\#(Self.good)],"type":"trade"}"#))
        let shown = parsed.items.map { item -> String in
            switch item.content {
            case .trade(let trade): "\(item.part ?? -1) \(trade.trade.symbol) \(trade.header == nil)"
            case .rejected(let reason, _): "\(item.part ?? -1) \(reason.rawValue)"
            }
        }
        #expect(shown == ["0 bad_price", "1 A true", "2 bad_type", "3 A true"])
    }
}
