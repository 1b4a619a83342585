import Foundation
import Tape
import TestSupport
import Testing

@testable import Recorder

/// An hour of feed at sixty times its speed, again and again, from an exchange whose connections end by seeded faults.
@Suite(.serialized) struct ExchangeSoakTests {
    /// Frames of the hour.
    private static let hour = 72_000
    private static let ping = Array(#"{"type":"ping"}"#.utf8)
    private static let wall: Duration = Heavy.isOn ? .seconds(360) : .seconds(5)

    /// Resident memory of a process over its time.
    private struct Memory {
        private(set) var samples: [(seconds: Double, kib: Int)] = []

        mutating func sample(_ process: String, at seconds: Double) {
            let text = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)) ?? ""
            let pages = Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
            samples.append((seconds, pages * Int(getpagesize()) / 1024))
        }

        /// The sample after the first minute, or the first.
        var settled: Int { (samples.first { $0.seconds >= 60 } ?? samples.first)?.kib ?? 0 }
        var last: Int { samples.last?.kib ?? 0 }
        var text: String { samples.map { "\(Int($0.seconds)) s \($0.kib)" }.joined(separator: ", ") }
    }

    /// The session's own times are as many times shorter, so that a stall or a wait takes what it takes in life.
    @Test func gapsEqualTheFaultLog() throws {
        let rates = Heavy.isOn ? (drop: 0.00012, halfOpen: 0.00006) : (drop: 0.0008, halfOpen: 0.0004)
        let folder = try TemporaryFolder("soak")
        let exchange = try serve(folder, rates, refuse: 0.3)
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(exchange.url) {
                $0.acceleration = 60
                $0.capture.rotateSize = 1 << 20
            })
        let wanted = Heavy.isOn ? 30 : 4
        let memory = try watch("self") { recorder.recording.status.counters.disconnects >= wanted }
        try settle(exchange) { recorder.recording.status.counters.pings }
        let summary = try recorder.stop()
        let refusals = bench.lines.withLock { $0.count { $0.contains("HTTP 429") } }
        try check(try bench.read(), try exchange.stop(), refusals: refusals, "in 1/60 of life's times")
        #expect(!summary.hasLoss)
        print("soak: resident KiB of the test's process: \(memory.text)")
        // Only alone in its process does this test know whose memory it is.
        if Heavy.isOn { #expect(abs(memory.last - memory.settled) * 10 <= memory.settled, "\(memory.text)") }
    }

    /// The program itself, with the waits of life.
    @Test(.enabled(if: Heavy.isOn)) func memoryOfTheProgramStays() throws {
        let folder = try TemporaryFolder("soak")
        let exchange = try serve(folder, (drop: 0.00003, halfOpen: 0.00001), refuse: 0)
        let tapes = try TemporaryFolder("soak")
        let page = tapes.file("page")
        let recorder = try RecorderProcess.start(
            exchange.url, tapes.path, ["--stall", "5s", "--rotate-size", "1MiB", "--listen", "unix:\(page)"])
        let memory = try watch("\(recorder.processIdentifier)") { true }
        try settle(exchange) { try Self.pings(page) }
        recorder.signal(SIGTERM)
        let run = recorder.wait()
        #expect(run.status == 0, "\(run.errorText)")
        try check(try Recorded(folder: tapes.path), try exchange.stop(), refusals: 0, "as a process")
        print("soak: resident KiB of the recorder's process: \(memory.text)")
        #expect(abs(memory.last - memory.settled) * 10 <= memory.settled, "\(memory.text)")
    }

    private func serve(
        _ folder: TemporaryFolder, _ rates: (drop: Double, halfOpen: Double), refuse: Double
    ) throws -> ExchangeProcess {
        let tape = try NumberedTape.write(Self.hour, perSecond: 20, to: folder.file("hour.jsonl.gz"))
        // It pings only while it is held.
        var more = ["--shared", "--at-end", "loop", "--speed", "60", "--seed", "7", "--ping-every", "500ms"]
        let faults = [("drop", rates.drop), ("half-open", rates.halfOpen), ("refuse", refuse)]
        for (kind, rate) in faults where rate > 0 {
            more += ["--fault", "\(kind)@p=\(Decimal(string: "\(rate)") ?? 0)"]
        }
        return try ExchangeProcess([tape], more, folder: folder)
    }

    /// Waits for the time and what else is wanted, and looks at memory meanwhile.
    private func watch(_ process: String, until isThere: () -> Bool) throws -> Memory {
        var memory = Memory()
        let start = ContinuousClock.now
        var seconds = 0.0
        repeat {
            usleep(Heavy.isOn ? 10_000_000 : 500_000)
            seconds = (ContinuousClock.now - start) / .seconds(1)
            memory.sample(process, at: seconds)
            guard seconds < 900 else { break }
        } while .seconds(seconds) < Self.wall || !isThere()
        return memory
    }

    /// Holds the market and waits for two of its pings: what was sent before them has arrived, and the connection lives.
    private func settle(_ exchange: ExchangeProcess, _ pings: () throws -> Int64) throws {
        try exchange.pause()
        // The count is renewed once a second: the first change may tell of a connection that is gone.
        for _ in 0..<2 {
            let before = try pings()
            for _ in 0..<600 where try pings() == before { usleep(250_000) }
        }
    }

    private static func pings(_ page: String) throws -> Int64 {
        let run = try CommandRun.program("/usr/bin/curl", ["-sS", "--unix-socket", page, "http://x/metrics"])
        let line = run.outputText.split(separator: "\n").first { $0.hasPrefix("tapedeck_recorder_pings_total ") }
        return line.flatMap { Int64($0.split(separator: " ").last ?? "") } ?? 0
    }

    /// Each connection ends at a fault of the log, with every frame before it, and each end is one event and one gap.
    private func check(_ recorded: Recorded, _ report: ExchangeProcess.Report, refusals: Int, _ what: String) throws {
        #expect(recorded.isGapless)
        let faults = report.faults.filter { $0.kind != "refuse" }
        let ended = recorded.connections.count - 1
        #expect(faults.count == ended)
        #expect(report.faultCount == report.faults.count)
        var kinds: [String: Int] = [:]
        for (connection, fault) in zip(recorded.connections, faults) {
            let numbers = connection.compactMap(NumberedFeed.number)
            #expect(connection.filter { $0 != Self.ping } == numbers.map { NumberedFeed.frame($0) })
            if let first = numbers.first {
                #expect(numbers == (first..<first + numbers.count).map { $0 % Self.hour }, "\(fault)")
            }
            if let last = numbers.last { #expect((last + 1) % Self.hour + 1 == fault.seq, "\(fault)") }
        }
        for fault in faults { kinds[fault.kind, default: 0] += 1 }
        // A connection that brought nothing ends no gap and opens none.
        var (expected, resumed, isOpen): ([String], Int, Bool) = ([], 0, false)
        for (index, connection) in recorded.connections.enumerated() {
            if isOpen, !connection.isEmpty { (resumed, isOpen) = (resumed + 1, false) }
            guard index < faults.count, !isOpen else { continue }
            expected.append(faults[index].kind == "drop" ? "network" : "stalled")
            isOpen = true
        }
        let causes = recorded.events.compactMap { if case .gap(_, let cause, _) = $0 { cause } else { nil } }
        #expect(causes == expected)
        #expect(recorded.count { if case .disconnected = $0 { true } else { false } } == ended + 1)
        #expect(recorded.count { if case .stalled = $0 { true } else { false } } == kinds["half-open", default: 0])
        #expect(recorded.count { if case .resumed = $0 { true } else { false } } == resumed)
        #expect(report.refused.byFault == refusals)
        #expect(recorded.numbers.count == report.messages, "on tape, and sent")
        print(
            "soak \(what): \(recorded.numbers.count) frames of \(report.messages) sent on tape in order, "
                + "\(ended) disconnects \(kinds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }), "
                + "\(refusals) refusals, \(causes.count) gaps, as the fault log has them")
    }
}
