import Testing

@testable import Tape

@Suite struct TapeEventTests {
    static let events: [(event: TapeEvent, members: String)] = [
        (.connected(attempt: 3), #""event":"connected","attempt":3"#),
        (.subscribed(symbols: ["A\"", "B"]), #""event":"subscribed","symbols":["A\"","B"]"#),
        (.subscribed(symbols: []), #""event":"subscribed","symbols":[]"#),
        (
            .disconnected(by: .server, code: 1006, reason: "x"),
            #""event":"disconnected","by":"server","code":1006,"reason":"x""#
        ),
        (.disconnected(by: .network, code: nil, reason: ""), #""event":"disconnected","by":"network","reason":"""#),
        (.stalled(silence: 150_000_000_000), #""event":"stalled","silence":150000000000"#),
        (.gap(from: 5, cause: "disconnected"), #""event":"gap","from":5,"cause":"disconnected""#),
        (
            .gap(from: 5, cause: "restart", previous: .init(stream: "s", sequence: 7, receive: 9)),
            #""event":"gap","from":5,"cause":"restart","previous":{"stream":"s","seq":7,"receive":9}"#
        ),
        (.resumed(length: 1), #""event":"resumed","length":1"#),
        (.publishBehind(records: 1), #""event":"publish-behind","records":1"#),
        (.publishResumed(records: 2), #""event":"publish-resumed","records":2"#),
        (
            .dropped(frames: 1, bytes: 2, cause: "too-long"),
            #""event":"dropped","frames":1,"bytes":2,"cause":"too-long""#
        ),
        (.clockStep(offset: -7), #""event":"clock-step","offset":-7"#),
        (
            .filled(stream: "b", first: 4, frames: 5),
            #""event":"filled","stream":"b","first":4,"frames":5"#
        ),
        (.closed(cause: "signal"), #""event":"closed","cause":"signal""#),
        (.unknown(name: "new", fields: #""a":{"b":[1,2]},"c":1e400"#), #""event":"new","a":{"b":[1,2]},"c":1e400"#),
        (.unknown(name: "bare", fields: ""), #""event":"bare""#),
    ]

    @Test func everyEventComesBackFromItsLine() {
        for (event, members) in Self.events {
            var line: [UInt8] = []
            LineCoding.appendEvent(event, sequence: 12, receive: 34, to: &line)
            #expect(String(decoding: line, as: UTF8.self) == #"{"seq":12,"receive":34,\#(members)}"#)
            #expect(TapeEvent(line: line.span, in: 0..<line.count) == event)
            let envelope = Envelope(canonical: line.span, in: 0..<line.count)
            #expect(envelope?.kind == .event)
            #expect(envelope?.startsSegment == event.startsSegment)
        }
    }

    @Test(arguments: [#""event":"gap""#, #""event":"stalled","silence":"1""#, #""event":"connected","attempt":1.5"#])
    func anEventWithoutItsFieldsIsKeptAsUnknown(members: String) {
        let line = Array("{\"seq\":1,\"receive\":2,\(members)}".utf8)
        guard case .unknown = TapeEvent(line: line.span, in: 0..<line.count) else {
            Issue.record("\(members) was taken for a whole event")
            return
        }
    }
}
