import Kafka
import Synchronization
import Tape
import TestSupport
import Testing
import TradeModel

@testable import Replayer

@Suite struct ReplayPublishingTests {
    @Test func aRecordIsTheTradesBytesUnderItsSymbolWithItsIdentity() throws {
        let folder = try TemporaryFolder("shape")
        let odd =
            #"{"data":[{"v":0.1,"x":[{}], "p":1e-7 ,"s":"IC MARKETS:1","t":1723210200734},{"p":"bad","s":"B","t":1,"v":1},{"p":2,"s":"B","t":1723210200735,"v":5,"c":null}],"type":"trade"}"#
        let path = try TestTape.write(
            [
                (0, .event(.connected(attempt: 1))), (1, .frame(#"{"type":"ping"}"#)), (2, .frame(odd)),
                (3, .event(.gap(from: TestTape.start + 2, cause: "network"))), (4, .trades([("B", "3")])),
                (5, .frame(#"{"data":[],"type":"trade"}"#)), (6, .frame("not json")),
                (7, .frame(#"{"data":7,"type":"trade"}"#)),
            ], to: folder.file("a.jsonl.gz"), stream: "20240809T133000Z-7f3a")
        let sink = SinkDouble(time: ManualTime())
        let report = try play([path], speed: .maximum, into: sink)
        #expect(sink.handed.map(\.key) == ["IC MARKETS:1", "B", "B"])
        #expect(
            sink.handed.map(\.value) == [
                #"{"v":0.1,"x":[{}], "p":1e-7 ,"s":"IC MARKETS:1","t":1723210200734}"#,
                #"{"p":2,"s":"B","t":1723210200735,"v":5,"c":null}"#, TestTape.object("B", "3"),
            ])
        let stream = "20240809T133000Z-7f3a"
        #expect(
            sink.handed.map(\.header) == [
                "\(stream)|3|0|\(TestTape.start + 2)|0", "\(stream)|3|2|\(TestTape.start + 2)|0",
                "\(stream)|5|0|\(TestTape.start + 4)|4",
            ])
        #expect(
            sink.handed.last?.identity
                == RecordIdentity(stream: stream, sequence: 5, index: 0, receive: TestTape.start + 4, segment: 4))
        #expect(sink.handed.allSatisfy { $0.partition == nil })
        #expect(report.counts.lines == 8 && report.counts.events == 2)
        #expect(report.counts.framesWithoutTrades == 3)  // ping, empty data, text
        #expect(report.counts.rejectedFrames == 1 && report.counts.rejectedTrades == 1)
        #expect(report.counts.firstRejection?.contains("seq 3") == true)
        #expect(report.hasLoss)
    }

    @Test func onlyWantedSymbolsArePublishedWithTheirPlaceInTheWholeFrame() throws {
        let folder = try TemporaryFolder("symbols")
        let path = try TestTape.write(
            [(0, .trades([("A", "1"), ("B", "2"), ("C", "3"), ("B", "4")]))], to: folder.file("a.jsonl.gz"))
        let sink = SinkDouble(time: ManualTime())
        let report = try play([path], speed: .maximum, into: sink, change: { $0.symbols = ["B", "Z"] })
        #expect(sink.handed.compactMap(\.identity?.index) == [1, 3])
        #expect(report.counts.filteredTrades == 2)
        #expect(report.symbols.map(\.symbol) == ["B"])
        #expect(!report.hasLoss)
    }

    @Test func endMarkersFollowAllAcknowledgements() throws {
        let folder = try TemporaryFolder("markers")
        let paths = [
            try TestTape.even(20, every: 2, to: folder.file("a.jsonl.gz"), stream: "a"),
            try TestTape.even(30, every: 2, to: folder.file("b.jsonl.gz"), stream: "b"),
        ]
        let time = ManualTime()
        let sink = SinkDouble(time: time, capacity: 7, delay: 5_000_000)
        let report = try play(
            paths, speed: .maximum, time: time, into: sink, partitions: 3, change: { $0.endMarker = true })
        let markers = sink.handed.suffix(6)
        #expect(markers.map(\.partition) == [0, 1, 2, 0, 1, 2])
        #expect(markers.allSatisfy { $0.key == nil && $0.header == nil })
        #expect(markers.map(\.value).sorted().first == #"{"type":"end","stream":"a","seq":20}"#)
        #expect(Set(markers.map(\.value)).count == 2)
        #expect(sink.handed.dropLast(6).allSatisfy { $0.header != nil })
        #expect((markers.first?.moment ?? 0) >= (sink.handed.dropLast(6).last?.moment ?? 0) + 5_000_000)
        #expect(report.endMarkers == 6 && report.outcome == .done)
    }

    @Test(arguments: [[1], [37, 38], [100, 250], [500, 501, 502]] as [Set<Int>])
    func afterAFatalErrorNothingIsLostAndOrderStays(deaths: Set<Int>) throws {
        let folder = try TemporaryFolder("fatal")
        let path = try TestTape.even(500, every: 1000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time, capacity: 50, delay: 3_000_000, deathsAt: deaths)
        let report = try play(
            [path], speed: .maximum, time: time, into: sink, partitions: 2, change: { $0.endMarker = true })
        let sequences = sink.stored.compactMap(\.identity?.sequence)
        var seen: Set<Int64> = []
        #expect(sequences.filter { seen.insert($0).inserted } == Array(1...500), "first occurrences in tape order")
        #expect(report.acknowledged == 500 && report.published == 500 && !report.hasLoss)
        #expect(report.producerRestarts == deaths.count)
        #expect(report.endMarkers == 2)
        // Of records whose answer was lost every one may be there twice, and the report says so.
        #expect(sequences.count - 500 <= report.possibleDuplicates)
        // What was acknowledged is not sent again.
        #expect(sink.handed.count < 500 + 2 + 3 * 50)
    }

    @Test func aRecordRefusedForGoodEndsTheReplayNamingTopicAndCause() throws {
        let folder = try TemporaryFolder("refused")
        let path = try TestTape.even(50, every: 1000, to: folder.file("a.jsonl.gz"))
        let sink = SinkDouble(time: ManualTime(), refusesAt: 20)
        let error = #expect(throws: ReplayError.self) { try play([path], speed: .maximum, into: sink) }
        #expect(error?.description.contains("raw_data") == true)
        #expect(error?.description.contains("MSG_SIZE_TOO_LARGE") == true)
    }

    @Test func producersThatKeepDyingEndTheReplay() throws {
        let folder = try TemporaryFolder("dying")
        let path = try TestTape.even(50, every: 1000, to: folder.file("a.jsonl.gz"))
        let sink = DyingSink()
        #expect(throws: ReplayError.self) { try play([path], speed: .maximum, into: sink) }
        #expect(sink.restarts == 3)
    }

    /// A stop comes while the 100th record is handed over; what was handed over before is waited for.
    @Test func aStopFlushesAndWritesNoMarker() throws {
        final class StoppingSource: TapeSource {
            let reader: TapeReader
            let stop: () -> Void
            private var calls = 0
            init(_ reader: TapeReader, stop: @escaping () -> Void) { (self.reader, self.stop) = (reader, stop) }
            func next() throws(TapeError) -> TapeBatch? {
                calls += 1
                if calls == 4 { stop() }
                return try reader.next()
            }
        }
        let folder = try TemporaryFolder("stop")
        let path = try TestTape.even(1000, every: 1000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time, delay: 500_000_000)
        let session = ReplaySession(
            configuration: ReplayConfiguration(tapes: [path], speed: .maximum, endMarker: true), time: time)
        let source = StoppingSource(try TapeReader(paths: [path])) { session.stop() }
        let report = try session.play(source, into: sink, partitions: 2)
        #expect(report.outcome == .stopped)
        #expect((1..<1000).contains(report.published))
        #expect(report.acknowledged == report.published && sink.stored.count == report.published)
        #expect(report.endMarkers == 0)
    }

    @Test func aBrokerThatStaysAwayAfterAStopCostsAtMostThePatience() throws {
        let folder = try TemporaryFolder("away")
        let path = try TestTape.even(10, every: 1000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time, delay: 1 << 60)
        var configuration = ReplayConfiguration(tapes: [path], speed: .maximum, endMarker: true)
        configuration.stopTimeout = .seconds(10)
        let stopper = Mutex<ReplaySession?>(nil)
        let session = ReplaySession(configuration: configuration, time: time) { progress in
            if progress.published == 10 { stopper.withLock { $0 }?.stop() }
        }
        stopper.withLock { $0 = session }
        let begun = time.now()
        let report = try session.play(try TapeReader(paths: [path]), into: sink, partitions: 1)
        stopper.withLock { $0 = nil }
        #expect(report.published == 10 && report.acknowledged == 0 && report.hasLoss)
        #expect(report.outcome == .stopped && report.endMarkers == 0)
        #expect(time.now() - begun < 11_000_000_000)
    }

    @Test func emptyAndFilteredTapesEndCleanly() throws {
        let folder = try TemporaryFolder("empty")
        let empty = try TestTape.write([], to: folder.file("empty.jsonl.gz"))
        let filtered = try TestTape.even(5, every: 10, to: folder.file("filtered.jsonl.gz"))
        for path in [empty, filtered] {
            let report = try play(
                [path], speed: .rate(.one), into: SinkDouble(time: ManualTime()), change: { $0.symbols = ["none"] })
            #expect(report.outcome == .done && report.published == 0 && !report.hasLoss)
        }
    }

    @Test func progressFollowsTheClockAndEndsAtTheEnd() throws {
        let folder = try TemporaryFolder("progress")
        let path = try TestTape.even(300, every: 10_000_000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let values = Mutex<[ReplayProgress]>([])
        let session = ReplaySession(
            configuration: ReplayConfiguration(tapes: [path]), time: time
        ) { value in values.withLock { $0.append(value) } }
        _ = try session.play(try TapeReader(paths: [path]), into: SinkDouble(time: time), partitions: 1)
        let all = values.withLock { $0 }
        #expect(all.count >= 29, "ten a second over three seconds")
        #expect(all.map(\.published) == all.map(\.published).sorted())
        #expect(all.last?.fraction == 1 && all.last?.remainingSeconds == 0)
        #expect(all.last?.position == TestTape.start + 2_990_000_000)
        #expect(all.last?.acknowledged == 300)
    }

    @Test func theReportIsTheDocumentedJSON() throws {
        let folder = try TemporaryFolder("report")
        let path = try TestTape.even(7, every: 100_000_000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let text = try play([path], speed: .rate(.one), time: time, into: SinkDouble(time: time)).json.canonical
        for part in [
            #""schema":1"#, #""outcome":"done""#, #""options":{"speed":"1","topic":"raw_data"}"#, #""tapeSeconds":0.6"#,
            #""lateness":{"max":0,"p50":0,"p99":0,"p999":0}"#, #""A":{"acked":3,"dropped":0,"published":3}"#,
            #""frames":{"rejected":0,"withoutTrades":0}"#, #""possibleDuplicates":0"#, #""producerRestarts":0"#,
            #""totalTimeErrorPercent":0"#, #""starvedSeconds":0"#, #""blockedSeconds":0"#,
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }
}
