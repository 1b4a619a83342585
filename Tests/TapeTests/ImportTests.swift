import Foundation
import Testing
import TradeModel

@testable import Tape

@Suite struct ImportTests {
    private func trades(_ path: String) throws -> [String] {
        var printer = TapePrinter(.tradesCSV)
        var out: [UInt8] = []
        let reader = try TapeReader(paths: [path])
        while let batch = try reader.next() { printer.append(batch, to: &out) }
        return String(decoding: out, as: UTF8.self).split(separator: "\n").dropFirst().map(String.init)
    }

    @Test func stampedLinesKeepTheirTimeAndTheirBytes() throws {
        let folder = try Scratch()
        let path = try folder.write(
            "f.txt",
            "1723210200871532004 {\"type\":\"ping\"}\n1723210200871532005\t{\"data\":[ {\"p\":1.0,\"s\":\"A\",\"t\":1723210200734,\"v\":2} ],\"type\":\"trade\"}\n"
        )
        _ = try TapeImport.run(paths: [path], to: folder.file("t.gz"))
        let lines = Reading([folder.file("t.gz")]).lines
        #expect(lines.map(\.receive) == [1_723_210_200_871_532_004, 1_723_210_200_871_532_005])
        #expect(String(decoding: lines[1].message, as: UTF8.self).hasPrefix(#"{"data":[ {"p":1.0,"#))
        let header = try TapeReader(paths: [folder.file("t.gz")]).streams[0]
        #expect(header.clock == .recorder)
    }

    @Test func csvRowsBecomeTradesWithTheTextOfTheirNumbers() throws {
        let folder = try Scratch()
        let path = try folder.write(
            "t.csv",
            "\u{FEFF}symbol,timestamp,price,amount,note\r\nA,1723210200000001,1.50,.5,x\r\n\"B,\"\"1\",1723210199000000,+2,007,\"two\nlines\"\r\nA,1723210200000002,1e2,3.0,\r\n"
        )
        let columns = try #require(CSVColumns("t=timestamp:us,s=symbol,p=price,v=amount"))
        let summary = try TapeImport.run(csv: [path], columns: columns, preset: nil, to: folder.file("t.gz"))
        #expect(summary.frames == 3)
        let rows = try trades(folder.file("t.gz")).map { $0.split(separator: ",").dropFirst().joined(separator: ",") }
        #expect(
            rows == [
                "1,0,1723210200000000000,1723210200000,A,1.50,0.5",
                #"2,0,1723210200000000000,1723210199000,"B,""1",2,7"#,
                "3,0,1723210200000000000,1723210200000,A,1e2,3.0",
            ])
        #expect(try TapeReader(paths: [folder.file("t.gz")]).streams[0].clock == .tradeTime)
    }

    @Test func badRowsAreNamedByLineOrLeftOutAndCounted() throws {
        let folder = try Scratch()
        let columns = try #require(CSVColumns("t=t:ms,s=s,p=p,v=v"))
        for (bad, word) in [
            ("x,A,1,1", "time"), ("1723210200000,,1,1", "symbol"), ("1723210200000,A,abc,1", "price"),
            ("1723210200000,A,1", "v"), ("1723210200000,\"A,1,1", "quotes"), ("-1,A,1,1", "time"),
            ("9223372036854775807,A,1,1", "2262"), ("1723210200000,A,1,nan", "volume"),
        ] {
            let path = try folder.write("t.csv", "t,s,p,v\n1723210200000,A,1,1\n\(bad)\n1723210200001,A,2,1\n")
            do throws(TapeError) {
                _ = try TapeImport.run(csv: [path], columns: columns, preset: nil, to: folder.file("t.gz"))
                Issue.record("\(bad) was taken")
            } catch {
                #expect(error.line == 3 || bad.contains("\""), "\(bad): \(error)")
                #expect(error.description.contains(word), "\(bad): \(error)")
            }
            if bad.contains("\"") { continue }
            let summary = try TapeImport.run(
                csv: [path], columns: columns, preset: nil, to: folder.file("t.gz"),
                reading: .init(skipsBadLines: true), writing: .init(overwrites: true))
            #expect(summary.frames == 2 && summary.skipped == 1, "\(bad)")
            try FileManager.default.removeItem(atPath: folder.file("t.gz"))
        }
        let missing = try #require(CSVColumns("t=time:ms,s=s,p=p,v=v"))
        let path = try folder.write("t.csv", "t,s,p,v\n1723210200000,A,1,1\n")
        #expect(throws: TapeError.self) {
            try TapeImport.run(csv: [path], columns: missing, preset: nil, to: folder.file("t.gz"))
        }
    }

    @Test(arguments: [
        "", "t=a:us", "t=a,s=b,p=c,v=d", "t=a:min,s=b,p=c,v=d", "t=a:us,s=b,p=c,v=d,x=e", "t=a:us,t=a:us,s=b,p=c,v=d",
        "t=a:us,s=,p=c,v=d", "t=#0:us,s=b,p=c,v=d", "t=a:us,s=',p=c,v=d",
    ])
    func mappingsThatSayTooLittleAreRefused(text: String) {
        #expect(CSVColumns(text) == nil)
    }

    @Test func presetsReadTheFilesOfTheirSources() throws {
        let folder = try Scratch()
        let tardis = try folder.write(
            "tardis.csv",
            "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\nbinance,BTCUSDT,1723210200000000,1723210200005123,1,buy,60000.10,0.001\n"
        )
        _ = try TapeImport.run(csv: [tardis], columns: nil, preset: .tardis, to: folder.file("a.gz"))
        #expect(
            try trades(folder.file("a.gz"))[0].hasSuffix(
                "1,0,1723210200005123000,1723210200000,BTCUSDT,60000.10,0.001,"))
        let binance = try folder.write(
            "BTCUSDT-trades-2024-08-09.csv", "3735,60000.10,0.001,60.0001,1723210200123,True,True\n")
        _ = try TapeImport.run(csv: [binance], columns: nil, preset: .binance, to: folder.file("b.gz"))
        #expect(try trades(folder.file("b.gz"))[0].hasSuffix("1723210200123,BINANCE:BTCUSDT,60000.10,0.001,"))
        let micro = try folder.write(
            "ETHUSDT-aggTrades-2025-08-09.csv", "1,3000.5,2,10,11,1754697600123456,True,True\n")
        _ = try TapeImport.run(csv: [micro], columns: nil, preset: .binance, to: folder.file("c.gz"))
        #expect(try trades(folder.file("c.gz"))[0].hasSuffix("1754697600123,BINANCE:ETHUSDT,3000.5,2,"))
        let polygon = try folder.write(
            "p.csv",
            "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp\nAAPL,\"12,37\",0,11,1,1723210200123456789,164.06,1,1723210200123556789,5,3,0,0\n"
        )
        _ = try TapeImport.run(csv: [polygon], columns: nil, preset: .polygon, to: folder.file("d.gz"))
        #expect(try trades(folder.file("d.gz"))[0].hasSuffix("1723210200123,AAPL,164.06,5,12 37"))
    }

    @Test func recordsOfATopicBecomeTheirStreamAgain() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            let folder = try Scratch()
            // A stream of frames with trades of several symbols and gaps, as a producer would publish it.
            let writer = try TapeWriter(path: folder.file("a.gz"), header: Scratch.header(stream: "origin"))
            var partitions: [[ImportRecord]] = [[], [], []]
            var segment: Int64 = 0
            for number in 1...60 as ClosedRange<Int64> {
                let receive = Scratch.start + number * 1_000
                if Int.random(in: 0..<8, using: &random) == 0 {
                    try writer.append(event: .gap(from: receive, cause: "x"), sequence: number, receive: receive)
                    segment = number
                    continue
                }
                var objects: [String] = []
                for index in 0..<Int.random(in: 1...4, using: &random) {
                    let symbol = Int.random(in: 0..<5, using: &random)
                    let object =
                        #"{"c":null,"p":\#(number).50,"s":"S\#(symbol)","t":\#(1_723_210_200_000 + number),"v":\#(index)}"#
                    objects.append(object)
                    partitions[symbol % 3].append(
                        ImportRecord(
                            identity: RecordIdentity(
                                stream: "origin", sequence: number, index: Int32(index), receive: receive,
                                segment: segment),
                            value: Array(object.utf8), timestamp: receive))
                }
                try writer.append(
                    frame: Array(#"{"data":[\#(objects.joined(separator: ","))],"type":"trade"}"#.utf8),
                    sequence: number,
                    receive: receive)
            }
            _ = try writer.finish()
            // Somebody else's records, and a producer that sent a stretch twice.
            partitions[1].insert(
                ImportRecord(
                    identity: nil, value: Array(#"{"p":1,"s":"F","t":1723210200734,"v":1}"#.utf8), timestamp: 5), at: 0)
            partitions[2] += partitions[2].suffix(4)
            let sources = partitions.map { RecordList($0).source }
            let summary = try TapeImport.run(
                partitions: sources, stream: "origin", source: "kafka:raw_data", to: folder.file("b.gz"))
            #expect(summary.counts.others == [TapeInfo.Count(name: "", count: 1)], "seed \(seed)")
            #expect(try TapeDiff.run([folder.file("a.gz")], [folder.file("b.gz")]).first == nil, "seed \(seed)")
            let (one, other) = (Reading([folder.file("a.gz")]).lines, Reading([folder.file("b.gz")]).lines)
            let frames = (one.filter { $0.kind == .frame }, other.filter { $0.kind == .frame })
            #expect(
                frames.0.map(\.sequence) == frames.1.map(\.sequence)
                    && frames.0.map(\.receive) == frames.1.map(\.receive))
            #expect(frames.0.map(\.segment) == frames.1.map(\.segment), "seed \(seed): gaps are not where they were")
        }
    }

    @Test func foreignRecordsMakeAStreamOfTheirOwn() throws {
        let folder = try Scratch()
        let records = RecordList([
            ImportRecord(identity: nil, value: Array(#"{"p":1,"s":"F","t":1723210200734,"v":1}"#.utf8), timestamp: 10),
            ImportRecord(identity: nil, value: Scratch.frame(7), timestamp: 12),
            ImportRecord(identity: nil, value: Array("junk".utf8), timestamp: 13),
        ])
        let summary = try TapeImport.run(
            partitions: [records.source], stream: nil, name: "foreign",
            source: "kafka:raw_data", to: folder.file("t.gz"))
        #expect(summary.counts.rejected == 1 && summary.counts.trades == 2 && summary.tape.frames == 2)
        #expect(Reading([folder.file("t.gz")]).lines.map(\.stream) == ["foreign", "foreign"])
        #expect(throws: TapeError.self) {
            try TapeImport.run(
                partitions: [RecordList([]).source], stream: "x", source: "k", to: folder.file("u.gz"))
        }
    }
}

/// The records of a partition, given one by one.
private final class RecordList {
    private var rest: ArraySlice<ImportRecord>

    init(_ records: [ImportRecord]) { rest = records[...] }

    private func next() throws(TapeError) -> ImportRecord? { rest.popFirst() }

    var source: TapeImport.RecordSource { next }
}
