import Foundation
import Testing
import TradeModel

@testable import Tape

@Suite struct CatFormsTests {
    private func tape(_ folder: Scratch, _ frames: [String], receives: [Int64]? = nil) throws -> String {
        let writer = try TapeWriter(path: folder.file("t.gz"), header: Scratch.header(stream: "s"))
        for (index, frame) in frames.enumerated() {
            let number = Int64(index) + 1
            try writer.append(
                frame: Array(frame.utf8), sequence: number, receive: receives?[index] ?? Scratch.start + number)
        }
        _ = try writer.finish()
        return folder.file("t.gz")
    }

    private func print(
        _ paths: [String], _ printer: TapePrinter, reading: TapeReaderConfiguration = .init()
    ) throws -> (text: String, printer: TapePrinter) {
        var printer = printer
        var out: [UInt8] = []
        let reader = try TapeReader(paths: paths, configuration: reading)
        while let batch = try reader.next() { printer.append(batch, to: &out) }
        printer.finish(to: &out)
        return (String(decoding: out, as: UTF8.self), printer)
    }

    private static func frame(_ trades: (String, Int64, String, String)...) -> String {
        let objects = trades.map { #"{"p":\#($0.2),"s":"\#($0.0)","t":\#($0.1),"v":\#($0.3)}"# }
        return #"{"data":[\#(objects.joined(separator: ","))],"type":"trade"}"#
    }

    @Test func tradesAreRowsWithTheirExactNumbers() throws {
        let folder = try Scratch()
        let path = try tape(
            folder,
            [
                #"{"data":[{"c":["1","12"],"p":164.0600,"s":"AAPL","t":1723210200734,"v":1e-7},{"c":null,"p":1,"s":"A,\"B","t":1723210200735,"v":5}],"type":"trade"}"#,
                #"{"type":"ping"}"#, "no JSON",
            ])
        let (text, printer) = try print([path], TapePrinter(.tradesCSV))
        #expect(
            text == """
                stream,seq,index,receive,t,s,p,v,c
                s,1,0,1723210200000000001,1723210200734,AAPL,164.0600,1e-7,1 12
                s,1,1,1723210200000000001,1723210200735,"A,""B",1,5,

                """)
        #expect(printer.printed == 2 && printer.leftOut == 2)
        let one = try print([path], TapePrinter(.tradesCSV, symbols: ["AAPL"])).text
        #expect(one.split(separator: "\n").count == 2)
    }

    @Test func barsHoldEveryTradeThatMayMoveThem() throws {
        let folder = try Scratch()
        let minute: Int64 = 1_723_210_200_000
        let path = try tape(
            folder,
            [
                Self.frame(("A", minute + 1_000, "10.0", "0.1"), ("B", minute, "7", "1")),
                // A late one that still finds its bar, with the earliest time: it opens.
                Self.frame(("A", minute + 30_000, "12", "0.2"), ("A", minute + 26_000, "9.50", "0.3")),
                Self.frame(("A", minute + 500, "1", "100")),
                Self.frame(("A", minute + 59_999, "11", "0.4"), ("A", minute + 60_000, "20", "1")),
                // Four seconds late: over the edge, into the bar before.
                Self.frame(("A", minute + 59_500, "13", "0")),
                Self.frame(("A", minute + 64_900, "21", "1"), ("A", minute + 65_000, "21", "1")),
                Self.frame(("A", minute + 1_000_000, "5", "1")),
            ], receives: (0..<7).map { (minute + 70_000 + $0) * 1_000_000 })
        let (text, printer) = try print(
            [path],
            TapePrinter(.barsCSV, every: 60_000) { $0.volume.value > 0 ? .eligible : .volumeOnly("volume") })
        #expect(
            text == """
                start,symbol,open,high,low,close,volume,trades
                \(minute),A,10.0,12,9.50,11,1,4
                \(minute),B,7,7,7,7,1,1
                \(minute + 60_000),A,20,21,20,21,3,3

                """)
        // One was late, one is from the future, one has no volume.
        #expect(printer.drops.map { "\($0.name) \($0.count)" } == ["future 1", "late 1", "volume 1"])
    }

    @Test func decimalSumsAreExact() {
        var sum = DecimalSum()
        for _ in 0..<10 { sum.add("0.1") }
        #expect(sum.text == "1")
        for text in ["0.00000001", "123456789012", "-2.5"] { sum.add(text) }
        #expect(sum.text == "123456789010.50000001")
        sum.add("1e-3")
        #expect(Double(sum.text) == 123_456_789_010.501)
    }

    @Test func linesOfAMergedTapeArePrintedAsTheyStand() throws {
        let folder = try Scratch()
        let paths = [
            try folder.tape("a.gz", lines: 30, stream: "sa"), try folder.tape("b.gz", lines: 30, seed: 2, stream: "sb"),
        ]
        _ = try TapeMerge.run(paths: paths, to: folder.file("m.gz"))
        #expect(try print([folder.file("m.gz")], TapePrinter(.lines)).text == Scratch.zcat(folder.file("m.gz")))
    }
}
