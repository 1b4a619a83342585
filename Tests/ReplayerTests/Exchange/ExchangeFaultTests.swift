import Foundation
import Tape
import TestSupport
import Testing

@testable import Replayer

/// What goes wrong on purpose, against the log of it.
@Suite struct ExchangeFaultTests {
    private static let ping = ExchangeClientDouble.Message(#"{"type":"ping"}"#)

    /// Frames of one trade each, sequence numbers 1 to 20; the price is the sequence number.
    private func serve(
        _ folder: TemporaryFolder, faults: [ExchangeFault], _ change: (inout ExchangeConfiguration) -> Void = { _ in }
    ) throws -> ExchangeService {
        let tape = try TestTape.even(20, every: 1_000_000_000, symbols: ["A"], to: folder.file("a.jsonl.gz"))
        return try ExchangeFixture.serve([tape]) {
            $0.faults = faults
            $0.pingInterval = .milliseconds(10)
            change(&$0)
        }
    }

    private func frame(_ sequence: Int) -> ExchangeClientDouble.Message { .init(text(sequence)) }
    private func text(_ sequence: Int) -> String { TestTape.frame([("A", "\(sequence)")]) }

    private func withoutPings(_ messages: [ExchangeClientDouble.Message]) -> [ExchangeClientDouble.Message] {
        messages.filter { $0 != Self.ping }
    }

    @Test(arguments: [
        ExchangeFault.Trigger.sequence(8), .sequence(0), .offset(7_000_000_000), .offset(6_500_000_000), .offset(0),
    ])
    func aDroppedConnectionEndsBeforeTheMessageOnce(trigger: ExchangeFault.Trigger) async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let service = try serve(folder, faults: [.init(.drop, at: trigger)])
            let first = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(first.end() == "closed by network")
            let second = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(second.end() == "closed by network")
            #expect(withoutPings(second.messages) == (1...20).map(frame), "once only")
            let fault = try #require(service.stop().faults.first)
            let sequence = try #require(fault.sequence)
            #expect(withoutPings(first.messages) == (1..<Int(sequence)).map(frame))
            #expect(fault.kind == .drop && fault.client == 1 && fault.stream == "s1")
            #expect(fault.receive == TestTape.start + (sequence - 1) * 1_000_000_000)
            #expect(fault.sequence == (trigger == .sequence(0) || trigger == .offset(0) ? 1 : 8))
        }
    }

    @Test func aMalformedMessageIsTheFirstHalfAndADuplicateComesTwice() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let service = try serve(
                folder, faults: [.init(.malformed, at: .sequence(3)), .init(.duplicate, at: .sequence(5))])
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.end() == "closed by network")
            var expected = (1...20).map(frame)
            expected.insert(frame(5), at: 5)
            expected[2] = .init(String(text(3).prefix(text(3).count / 2)))
            #expect(withoutPings(client.messages) == expected)
            let report = service.stop()
            #expect(report.faults.map(\.kind) == [.malformed, .duplicate] && report.faults.map(\.sequence) == [3, 5])
            #expect(report.messages == 20 && report.faultCount == 2)
        }
    }

    @Test func aStalledConnectionCarriesPingsOnly() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let service = try serve(folder, faults: [.init(.stall, at: .sequence(4))]) { $0.atEnd = .idle }
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.wait(for: text(3)))
            let count = client.messages.count
            _ = client.wait(for: count + 3)
            #expect(withoutPings(client.messages) == (1...3).map(frame))
            #expect(service.stop().faults.map(\.sequence) == [4])
        }
    }

    @Test func aHalfOpenConnectionCarriesNothing() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let service = try serve(folder, faults: [.init(.halfOpen, at: .sequence(4))]) { $0.atEnd = .idle }
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.wait(for: text(3)))
            // Another client's pings show that the timers run while this one hears nothing.
            let other = try ExchangeClientDouble(service.address)
            _ = other.wait(for: 5)
            #expect(withoutPings(client.messages) == (1...3).map(frame))
            #expect(client.messages.last == frame(3), "no ping behind it")
            // Nor is a protocol ping answered, unlike the other client's.
            for round in 1...3 {
                client.ping()
                other.ping()
                #expect(other.wait(forPongs: round))
            }
            #expect(client.pongs == 0)
            let report = service.stop()
            #expect(report.faults.map(\.kind) == [.halfOpen])
            #expect(client.end() == "closed by network", "TCP was up until the end")
        }
    }

    /// What is not read any more cannot tell that the client went: the exchange must find out all the same.
    @Test func aHalfOpenConnectionThatIsGivenUpMakesRoom() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let service = try serve(folder, faults: [.init(.halfOpen, at: .sequence(4))]) {
                $0.atEnd = .idle
                $0.maximumClients = 1
            }
            let client = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(client.wait(for: text(3)))
            for _ in 0..<1000 where service.report.faults.isEmpty { usleep(1000) }
            client.ping()
            client.stop()
            var next = try ExchangeClientDouble(service.address, symbols: ["A"])
            for _ in 0..<1000 where next.hasFailed { next = try ExchangeClientDouble(service.address, symbols: ["A"]) }
            #expect(next.wait(for: text(20)))
        }
    }

    @Test func aRefusalAnswersTheNextConnectionOnce() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let service = try serve(folder, faults: [.init(.refuse, at: .sequence(10))])
            let first = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(first.end() == "closed by network")
            #expect(try ExchangeClientDouble(service.address, symbols: ["A"]).end() == "failed: status(429)")
            #expect(try ExchangeClientDouble(service.address, symbols: ["A"]).end() == "closed by network")
            let report = service.stop()
            #expect(report.faults.map(\.kind) == [.refuse] && report.refusedByFault == 1)
            #expect(withoutPings(first.messages) == (1...20).map(frame), "the message itself is not touched")
        }
    }

    @Test func aSecondConnectionDropsBothWhereKeysAreExclusive() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let service = try serve(folder, faults: [.init(.exclusive, at: .sequence(0))])
            let first = try ExchangeClientDouble(service.address)
            #expect(first.wait(for: 1).first == Self.ping)
            let second = try ExchangeClientDouble(service.address)
            #expect(first.end() == "closed by network" && second.end() == "closed by network")
            let alone = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(alone.end() == "closed by network")
            #expect(withoutPings(alone.messages) == (1...20).map(frame))
            #expect(service.stop().faults.map(\.client) == [1, 2])
        }
    }

    /// A message that nobody gets can neither be broken nor sent twice.
    @Test func faultsWaitForAMessageThatTheClientGets() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let tape = try TestTape.even(9, every: 1, symbols: ["A", "B", "C"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape]) { $0.faults = [.init(.duplicate, at: .sequence(2))] }
            let client = try ExchangeClientDouble(service.address, symbols: ["C"])
            #expect(client.end() == "closed by network")
            #expect(client.messages.map(\.description).count == 4)
            #expect(service.stop().faults.map(\.sequence) == [3])
        }
    }

    @Test func probableFaultsFollowTheSeedAlone() async throws {
        try await onThread {
            var sequences: [[Int64?]] = []
            for seed: UInt64 in [1, 1, 2] {
                let folder = try TemporaryFolder("faults")
                let service = try serve(folder, faults: [.init(.duplicate, at: .probability(0.3))]) {
                    $0.seed = seed
                    $0.laps = 10
                }
                let client = try ExchangeClientDouble(service.address, symbols: ["A"])
                #expect(client.end() == "closed by network")
                let report = service.stop()
                let duplicates = withoutPings(client.messages).count - 200
                #expect(duplicates == report.faultCount && (20...120).contains(duplicates))
                sequences.append(report.faults.map(\.sequence))
            }
            #expect(sequences[0] == sequences[1] && sequences[0] != sequences[2])
            #expect(sequences[0].prefix(4) != sequences[0].dropFirst(sequences[0].count / 2).prefix(4), "laps differ")
        }
    }

    @Test func aFaultOfASharedMarketMeetsAllItsClients() async throws {
        try await onThread {
            let folder = try TemporaryFolder("faults")
            let tape = try TestTape.even(20, every: 1, symbols: ["A", "B"], to: folder.file("a.jsonl.gz"))
            let service = try ExchangeFixture.serve([tape]) {
                $0.isShared = true
                $0.waitsForSubscriptions = true
                $0.faults = [.init(.drop, at: .sequence(5))]
            }
            let one = try ExchangeClientDouble(service.address, symbols: ["A"])
            let other = try ExchangeClientDouble(service.address, symbols: ["B"])
            #expect(one.end() == "closed by network" && other.end() == "closed by network")
            let report = service.stop()
            // Message 5 is of A: the other client does not get it, and goes on.
            #expect(report.faults.map(\.sequence) == [5])
            #expect(one.messages.count == 2 && other.messages.count == 10)
        }
    }

    @Test func aDrawHitsAsOftenAsItShould() {
        let draw = SeededDraw(seed: 3)
        let hits = (0..<100_000).count { draw.hits(0.1, at: Int64($0)) }
        #expect((9_600...10_400).contains(hits))
        #expect(!(0..<1000).contains { draw.hits(0, at: Int64($0)) })
        #expect((0..<1000).allSatisfy { draw.hits(1, at: Int64($0)) })
        #expect(draw.branch(1).hits(0.5, at: 1) == SeededDraw(seed: 3).branch(1).hits(0.5, at: 1))
    }
}
