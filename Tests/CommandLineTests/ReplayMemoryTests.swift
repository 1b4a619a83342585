import Foundation
import Kafka
import TestSupport
import Testing

/// How much memory `tapedeck replay` takes at its highest, whatever the tape.
///
/// At most 256 MiB; prints the figures. Run it with `swift test -c release`: debug builds take hours for gigabytes.
@Suite(
    .serialized,
    .enabled(if: Heavy.isOn, "needs TAPEDECK_HEAVY=1: gigabytes"))
struct ReplayMemoryTests {
    private static let ceiling = 256 << 10

    private func broker() throws -> EmbeddedBroker {
        try EmbeddedBroker(listen: "127.0.0.1:0", topics: [EmbeddedBroker.Topic(name: "raw_data", partitions: 4)])
    }

    /// Runs a replay to its end and checks its high-water mark, in KiB.
    private func measure(_ name: String, _ arguments: [String], status: Int = 0) async throws {
        try await onThread {
            let broker = try broker()
            defer { broker.stop() }
            let run = try CommandRun.program(
                "/usr/bin/python3",
                [
                    "-c",
                    """
                    import resource, subprocess, sys
                    run = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
                    print(run.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                    """,
                    Tapedeck.path, "replay", "--speed", "max", "--brokers", broker.address,
                ] + arguments, environment: Tapedeck.environment(), limit: .seconds(1800))
            let figures = run.outputText.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            try #require(figures.count == 2, "\(run.errorText)")
            print("replay of \(name): at most \(figures[1] >> 10) MiB resident")
            #expect(figures[0] == status && figures[1] <= Self.ceiling, "\(name): \(run.errorText)")
        }
    }

    private func simulate(_ path: String, _ trades: Int, seed: Int, in folder: TemporaryFolder) throws -> String {
        let run = try Tapedeck.run(
            [
                "simulate", "-q", "-o", folder.file(path), "--symbols", "A,B,C,D", "--trades", "\(trades)", "--seed",
                "\(seed)", "--rate", "1000",
            ], limit: .seconds(1800))
        try #require(run.status == 0)
        return folder.file(path)
    }

    private func frame(_ trades: Int, conditions: Int = 0) -> String {
        let codes = (0..<conditions).map { #""\#($0 % 90 + 1)""# }.joined(separator: ",")
        let trade = #"{"c":[\#(codes)],"p":100.25,"s":"AAPL","t":1723210200734,"v":5}"#
        return #"{"data":["# + Array(repeating: trade, count: trades).joined(separator: ",") + #"],"type":"trade"}"#
    }

    @Test func longLines() async throws {
        let folder = try TemporaryFolder("long")
        // Trades up to the longest message that is decoded, and a frame up to the longest line.
        let text = (0..<200).map { _ in frame(15_000) }.joined(separator: "\n")
        try await measure("frames of 15,000 trades", [try folder.write(text, to: "long.jsonl")])
        let pad = String(repeating: "x", count: (4 << 20) - 100)
        let huge = frame(1) + "\n" + (0..<40).map { _ in #"{"type":"y","pad":"\#(pad)"}"# }.joined(separator: "\n")
        try await measure(
            "frames of 4 MiB",
            [
                try folder.write(huge, to: "huge.jsonl"), "--as", "frames", "--kafka-option",
                "message.max.bytes=8388608",
            ], status: 3)  // published as they came, and counted as frames that cannot be decoded
    }

    @Test func aRunOfEqualLines() async throws {
        let folder = try TemporaryFolder("equal")
        let line = frame(1) + "\n"
        let path = try folder.write(String(repeating: line, count: 3_000_000), to: "equal.jsonl")
        let gzip = try CommandRun.program("/usr/bin/gzip", ["-9", "-k", path])
        try #require(gzip.status == 0)
        try await measure("one gzip member of equal lines", ["\(path).gz"])
    }

    @Test func severalTapesAndALongOne() async throws {
        let folder = try TemporaryFolder("several")
        let tapes = try (1...4).map { try simulate("\($0).jsonl.gz", 500_000, seed: $0, in: folder) }
        try await measure("four tapes as one", tapes)
        try await measure("a tape of 2 GB", [try simulate("2gb.jsonl.gz", 30_000_000, seed: 9, in: folder)])
        try await measure("a followed tape", ["--follow", tapes[0]])
    }

    @Test(arguments: [("usual trades", 0), ("trades of 650 bytes", 150)])
    func aBrokerThatIsAway(name: String, conditions: Int) async throws {
        let folder = try TemporaryFolder("away")
        let line = frame(10, conditions: conditions) + "\n"
        let path = try folder.write(String(repeating: line, count: 200_000), to: "away.jsonl")
        try await onThread {
            let broker = try broker()
            defer { broker.stop() }
            let socket = folder.file("s")
            let replay = try RunningCommand(
                Tapedeck.path,
                ["replay", path, "--speed", "max", "--brokers", broker.address, "--listen", "unix:\(socket)"],
                environment: Tapedeck.environment())
            defer { replay.signal(SIGKILL) }
            try #require(replay.waitFor("controls"))
            var published = ""
            repeat {
                published =
                    try CommandRun.program(
                        "/usr/bin/curl", ["-s", "--unix-socket", socket, "http://x/metrics"]
                    ).outputText.split(separator: "\n").first {
                        $0.hasPrefix("tapedeck_replay_acknowledged_records_total ")
                    }
                    .map(String.init) ?? ""
            } while published.isEmpty || published.hasSuffix(" 0")
            broker.goDown()
            try #require(replay.waitFor("broker-away"))
            let status = try String(contentsOfFile: "/proc/\(replay.processIdentifier)/status", encoding: .utf8)
            let mark = try #require(
                status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }.flatMap {
                    Int($0.filter(\.isNumber))
                })
            print("replay of \(name), the broker away: at most \(mark >> 10) MiB resident")
            #expect(mark <= Self.ceiling)
            replay.signal(SIGKILL)
            _ = replay.wait()
        }
    }
}
