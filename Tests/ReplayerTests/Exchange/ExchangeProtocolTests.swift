import Dispatch
import Synchronization
import Tape
import TestSupport
import Testing
import WebSocket

@testable import Replayer

/// The dialogue with clients.
@Suite struct ExchangeProtocolTests {
    private static let ping = ExchangeClientDouble.Message(#"{"type":"ping"}"#)
    private static let refusal = ExchangeClientDouble.Message(
        #"{"msg":"Subscribing to too many symbols","type":"error"}"#)

    @Test(arguments: [("?token=right", true), ("?token=wrong", false), ("", false), ("?other=right", false)])
    func theTokenIsChecked(query: String, isGood: Bool) async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(5, every: 1, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape]) { $0.token = "right" }
            let client = try ExchangeClientDouble(service.address, query: query, symbols: ["A"])
            #expect(client.end() == (isGood ? "closed by network" : "failed: status(401)"))
            let report = service.stop()
            #expect(report.refusedTokens == (isGood ? 0 : 1) && report.clients == (isGood ? 1 : 0))
        }
    }

    @Test func anyTokenWillDoWhereNoneIsSet() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(5, every: 1, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape])
            for query in ["", "?token=anything"] {
                #expect(
                    try ExchangeClientDouble(service.address, query: query, symbols: ["A"]).end() == "closed by network"
                )
            }
            service.stop()
        }
    }

    @Test func aSymbolBeyondTheLimitGetsAnErrorAndNoDataUntilASlotIsFree() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(6, every: 1, symbols: ["A", "B", "C"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape]) {
                $0.maximumSymbols = 2
                $0.isShared = true  // starts when all three together are subscribed to
                $0.waitsForSubscriptions = true
            }
            let client = try ExchangeClientDouble(service.address, symbols: ["A", "A", "X", "A", "B"])
            #expect(client.wait(for: 1) == [Self.refusal], "repeating a symbol takes no slot")
            client.send(#"{"type":"unsubscribe","symbol":"X"}"#)
            client.send(#"{"type":"unsubscribe","symbol":"never"}"#)
            client.subscribe("C")
            client.subscribe("B")
            #expect(client.wait(for: 2) == [Self.refusal, Self.refusal])
            let other = try ExchangeClientDouble(service.address, symbols: ["B"])
            #expect(client.end() == "closed by network" && other.end() == "closed by network")
            let frames = [("A", "1"), ("C", "3"), ("A", "4"), ("C", "6")].map {
                ExchangeClientDouble.Message(TestTape.frame([$0]))
            }
            #expect(client.messages == [Self.refusal, Self.refusal] + frames)
            #expect(other.messages == [("B", "2"), ("B", "5")].map { .init(TestTape.frame([$0])) })
            #expect(service.stop().refusedSubscriptions == 2)
        }
    }

    @Test func otherMessagesAreIgnoredAndCounted() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(5, every: 1, symbols: ["IC MARKETS:1"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape])
            let others = [
                "hello", "{}", "[]", #"{"type":"subscribe-news","symbol":"A"}"#, #"{"type":"subscribe","symbol":7}"#,
                #"{"type":"subscribe","symbol":""}"#, #"{"symbol":"A"}"#, String(repeating: "[", count: 3000), "\u{0}",
            ]
            let last = #" { "symbol" : "IC MARKETS:\u0031" , "type" : "subscribe" } "#
            let client = try ExchangeClientDouble(service.address, sending: others + [last])
            #expect(client.end() == "closed by network")
            #expect(client.messages == (try ExchangeFixture.messages(of: [tape])))
            #expect(service.stop().ignoredMessages == others.count)
        }
    }

    @Test func ourPingsComeOnlyWhileNoTapePlays() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(5, every: 1_000_000, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape]) {
                $0.pingInterval = .milliseconds(10)
                $0.atEnd = .idle
            }
            defer { service.stop() }
            let client = try ExchangeClientDouble(service.address)
            #expect(client.wait(for: 2).prefix(2) == [Self.ping, Self.ping], "waiting")
            client.subscribe("A")
            #expect(client.wait(for: TestTape.frame([("A", "5")])))
            let soFar = client.messages.count
            #expect(client.wait(for: soFar + 2).suffix(2) == [Self.ping, Self.ping], "ended, and still connected")
        }
    }

    @Test func whileATapePlaysItsOwnPingsAreTheOnlyOnes() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(40, every: 5_000_000, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape], inRealTime: true) {
                $0.pingInterval = .milliseconds(10)
            }
            defer { service.stop() }
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.end() == "closed by network")
            let frames = try ExchangeFixture.messages(of: [tape])
            #expect(Array(client.messages.drop { $0 == Self.ping }) == frames, "200 ms of tape, a timer of 10 ms")
        }
    }

    @Test func latecomersOfASharedMarketMissWhatHasPassed() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(400, every: 1_000_000, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let gate = DispatchSemaphore(value: 2)
            var configuration = ExchangeFixture.shared([tape])
            configuration.maximumSymbols = 1
            let market = ExchangeMarket(
                configuration: configuration, log: .silent, symbols: ["A"], start: TestTape.start,
                makeTime: { ManualTime() }
            ) { _ throws(TapeError) in GatedSource(try TapeReader(paths: [tape]), gate) }
            let service = try ExchangeService(market: market)
            let all = try ExchangeFixture.messages(of: [tape])
            let first = try ExchangeClientDouble(service.address, symbols: ["A"])
            let passed = first.wait(for: 1).count
            #expect(passed >= 1 && passed < 400)
            let late = try ExchangeClientDouble(service.address, symbols: ["A", "B"])
            #expect(late.wait(for: 1) == [Self.refusal], "so A is subscribed to")
            for _ in 0..<400 { gate.signal() }
            #expect(first.end() == "closed by network" && late.end() == "closed by network")
            #expect(first.messages == all)
            let missed = 400 - (late.messages.count - 1)
            #expect(missed >= passed)
            #expect(late.messages == [Self.refusal] + all.dropFirst(missed), "one market: the same end for both")
            #expect(service.stop().completedPlays == 1)
        }
    }

    @Test func aPortInUseIsNamed() throws {
        let tape = TestPaths.fixture("tapes/market-four-symbols.jsonl.gz")
        let service = try ExchangeFixture.serve([tape])
        defer { service.stop() }
        #expect {
            try ExchangeFixture.serve([tape]) { $0.listen = service.address }
        } throws: { "\($0)".contains("cannot listen on \(service.address)") }
    }

    @Test func tooManyClientsAreRefused() async throws {
        try await onThread {
            let folder = try TemporaryFolder("exchange")
            let tape = try TestTape.even(5, every: 1, symbols: ["A"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape]) {
                $0.maximumClients = 1
                $0.pingInterval = .milliseconds(10)
            }
            let first = try ExchangeClientDouble(service.address)
            #expect(first.wait(for: 1).first == Self.ping)
            #expect(try ExchangeClientDouble(service.address).end() == "failed: status(503)")
            #expect(service.stop().refusedClients == 1)
            #expect(first.end() == "closed by network")
        }
    }
}
