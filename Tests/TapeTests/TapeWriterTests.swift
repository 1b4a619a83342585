import Foundation
import Testing

@testable import Tape

@Suite struct TapeWriterTests {
    @Test func aTapeHasExactlyTheLinesOfTheFormat() throws {
        let folder = try Scratch()
        let path = folder.file("t.jsonl.gz")
        let header = TapeHeader(
            stream: "20240809T133000Z-7f3a", source: "wss://ws.finnhub.io/", symbols: ["AAPL"], recorder: "0.3.0",
            receive: 1_723_210_200_000_000_000)
        let writer = try TapeWriter(path: path, header: header)
        try writer.append(event: .connected(attempt: 1), sequence: 1, receive: 1_723_210_200_113_204_881)
        try writer.append(event: .subscribed(symbols: ["AAPL"]), sequence: 2, receive: 1_723_210_200_114_000_213)
        try writer.append(
            frame: Array(
                #"{"data":[{"c":["1","12"],"p":164.0601,"s":"AAPL","t":1723210200734,"v":5}],"type":"trade"}"#.utf8),
            sequence: 3, receive: 1_723_210_200_871_532_004)
        try writer.append(
            frame: Array(#"{"type":"ping"}"#.utf8), sequence: 4, receive: 1_723_210_262_004_118_390)
        let summary = try writer.finish()
        #expect(
            try Scratch.zcat(path) == """
                {"seq":0,"receive":1723210200000000000,"tape":1,"stream":"20240809T133000Z-7f3a","source":"wss://ws.finnhub.io/","symbols":["AAPL"],"recorder":"0.3.0","part":1}
                {"seq":1,"receive":1723210200113204881,"event":"connected","attempt":1}
                {"seq":2,"receive":1723210200114000213,"event":"subscribed","symbols":["AAPL"]}
                {"seq":3,"receive":1723210200871532004,"frame":{"data":[{"c":["1","12"],"p":164.0601,"s":"AAPL","t":1723210200734,"v":5}],"type":"trade"}}
                {"seq":4,"receive":1723210262004118390,"frame":{"type":"ping"}}

                """)
        #expect(summary.lines == 4 && summary.frames == 2 && summary.events == 2)
        // The ping came over 60 s after the first line: header, lines 1 to 3, line 4.
        #expect(summary.members == 3)
        #expect(summary.fileBytes == (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? -1))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["t.jsonl.gz"])
    }
}
