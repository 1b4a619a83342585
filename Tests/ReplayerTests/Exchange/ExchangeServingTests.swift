import Foundation
import Tape
import TestSupport
import Testing

@testable import Replayer

/// What clients receive.
@Suite struct ExchangeServingTests {
    /// Every fixture, and the real data where it is.
    private static let tapes: [String] = {
        let folder = TestPaths.fixture("tapes")
        let fixtures = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map {
            "\(folder)/\($0)"
        }
        let real = [
            "finnhub-observed.frames.jsonl", "binance-mix-20240808.received.jsonl.gz",
            "binance-mix-20240808.frames.jsonl.gz", "binance-btcusdt-20240808.frames.jsonl.gz",
        ].compactMap { TestPaths.shared("data/\($0)") }
        return fixtures + real
    }()

    private func receiveAll(of tape: String, speed: ReplaySpeed) throws -> ExchangeReport {
        let expected = try ExchangeFixture.messages(of: [tape])
        let service = try ExchangeFixture.serve([tape]) {
            $0.speed = speed
            $0.waitsForSubscriptions = true
        }
        let client = try ExchangeClientDouble(
            service.address, symbols: try ExchangeFixture.symbols(of: [tape]))
        #expect(client.end() == "closed by network", "no close frame, as the live server")
        #expect(expected.count > 0 && client.messages == expected)
        return service.stop()
    }

    @Test(arguments: tapes)
    func everyFrameArrivesByteForByteInOrderAtTopSpeed(tape: String) async throws {
        try await onThread {
            let report = try receiveAll(of: tape, speed: .maximum)
            #expect(report.completedPlays == 1 && report.clients == 1)
            #expect(report.lateness == nil)
        }
    }

    /// The clock jumps from deadline to deadline: no wall time passes.
    @Test(arguments: ["1", "0.25", "1000"])
    func everyFrameArrivesWhenPaced(speed: String) async throws {
        try await onThread {
            let rate = try ReplaySpeed(speed: speed)
            let report = try receiveAll(of: TestPaths.fixture("tapes/market-four-symbols.jsonl.gz"), speed: rate)
            #expect(report.lateness?.max == 0)
            #expect(report.blockedSeconds == 0)
        }
    }

    /// In real time, on a tape of 300 ms.
    @Test func everyFrameArrivesInRealTime() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(100, every: 3_000_000, to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape], inRealTime: true) {
                $0.waitsForSubscriptions = true
            }
            let client = try ExchangeClientDouble(service.address, symbols: ["A", "B", "C"])
            #expect(client.end() == "closed by network")
            #expect(client.messages == (try ExchangeFixture.messages(of: [tape])))
            #expect(service.stop().lateness != nil)
        }
    }

    @Test func aClientGetsItsSymbolsOnlyInTheLayoutOfTheTape() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let odd = #"{"data":[{"v":1e-7,"s":"A","p":1.50,"t":1723210200734,"c":null}],"type":"trade"}"#
            let tape = try TestTape.write(
                [
                    (0, .trades([("A", "1"), ("B", "2"), ("A", "3")])), (1, .trades([("B", "4")])), (2, .frame(odd)),
                    (3, .frame(#"{"type":"ping"}"#)), (4, .frame(#"{"data":[{"s":"B"}],"type":"trade"}"#)),
                    (5, .frame("no json")), (6, .frame(#"{"msg":"x","type":"error"}"#)),
                    (7, .trades([("A", "5"), ("C", "6")])),
                ], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape])
            defer { service.stop() }
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.end() == "closed by network")
            #expect(
                client.messages == [
                    .init(TestTape.frame([("A", "1"), ("A", "3")])), .init(odd), .init(#"{"type":"ping"}"#),
                    .init(#"{"data":[{"s":"B"}],"type":"trade"}"#), .init("no json"),
                    .init(#"{"msg":"x","type":"error"}"#), .init(TestTape.frame([("A", "5")])),
                ])
        }
    }

    @Test func textAndBinaryMessagesKeepTheirKind() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let path = folder.file("a.jsonl.gz")
            let header = TapeHeader(
                stream: "s1", source: "test", symbols: ["A"], recorder: "test", receive: TestTape.start)
            let writer = try TapeWriter(path: path, header: header)
            try writer.append(frame: Array("plain".utf8), sequence: 1, receive: TestTape.start)
            try writer.append(binary: [0, 1, 255], sequence: 2, receive: TestTape.start)
            try writer.append(frame: [0xC3, 0x28], sequence: 3, receive: TestTape.start)  // text, but no UTF-8
            try writer.append(frame: [], sequence: 4, receive: TestTape.start)
            _ = try writer.finish()
            let service = try ExchangeFixture.serve([path])
            defer { service.stop() }
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.end() == "closed by network")
            #expect(
                client.messages == [
                    .init("plain"), .init(bytes: [0, 1, 255], kind: .binary), .init(bytes: [0xC3, 0x28], kind: .text),
                    .init(""),
                ])
        }
    }

    @Test func eachClientHasItsOwnPosition() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(50, every: 1_000_000, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape])
            for _ in 0..<2 {
                let client = try ExchangeClientDouble(service.address, symbols: ["A"])
                #expect(client.end() == "closed by network")
                #expect(client.messages == (try ExchangeFixture.messages(of: [tape])))
            }
            #expect(service.stop().completedPlays == 2)
        }
    }

    @Test func lapsRepeatTheTape() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(20, every: 1_000_000, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let once = try ExchangeFixture.messages(of: [tape])
            let service = try ExchangeFixture.serve([tape]) { $0.laps = 3 }
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.end() == "closed by network")
            #expect(client.messages == once + once + once)
            #expect(service.stop().completedPlays == 1)

            let endless = try ExchangeFixture.serve([tape]) { $0.atEnd = .loop }
            let other = try ExchangeClientDouble(endless.address, symbols: ["A"])
            #expect(Array(other.wait(for: 100).prefix(100)) == once + once + once + once + once)
            #expect(endless.stop().completedPlays == 0)
        }
    }

    @Test func severalTapesAreServedAsOne() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tapes = try ["A", "B"].map {
                try TestTape.even(40, every: 1_000_000, symbols: [$0], to: folder.file("\($0).jsonl.gz"), stream: $0)
            }
            let service = try ExchangeFixture.serve(tapes) { $0.waitsForSubscriptions = true }
            defer { service.stop() }
            let client = try ExchangeClientDouble(service.address, symbols: ["A", "B"])
            #expect(client.end() == "closed by network")
            let expected = (1...40).flatMap { number in
                ["A", "B"].map { ExchangeClientDouble.Message(TestTape.frame([($0, "\(number)")])) }
            }
            #expect(client.messages == expected)
        }
    }

    @Test func aTapeThatIsDamagedLaterDropsItsClientsAndIsCounted() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(3000, every: 1_000_000, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: tape)))
            bytes.removeLast(bytes.count / 3)
            try Data(bytes).write(to: URL(fileURLWithPath: tape))
            let service = try ExchangeFixture.serve([tape])
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.end() == "closed by network")
            let report = service.stop()
            #expect(report.failedPlays == 1 && report.completedPlays == 0)
            #expect(report.firstFailure?.contains(tape) == true)
            #expect(client.messages.count > 1000 && client.messages.count == report.messages)
        }
    }

    @Test func settingsOutOfRangeAreRefused() throws {
        let tape = TestPaths.fixture("tapes/market-four-symbols.jsonl.gz")
        #expect(throws: ReplayError.self) { try ExchangeFixture.serve(["-"]) }
        #expect(throws: ReplayError.self) { try ExchangeFixture.serve([tape]) { $0.maximumSymbols = 0 } }
        #expect(throws: ReplayError.self) {
            try ExchangeFixture.serve([tape]) {
                $0.maximumSymbols = 3
                $0.waitsForSubscriptions = true
            }
        }
        #expect(throws: ReplayError.self) {
            try ExchangeFixture.serve([tape]) { $0.faults = [.init(.drop, at: .probability(1.5))] }
        }
    }
}
