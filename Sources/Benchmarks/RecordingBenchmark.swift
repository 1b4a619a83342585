import Diagnostics
import Foundation
import Recorder
import Synchronization
import Tape
import WebSocket

/// How many frames a second `record` takes from a local blaster, the tape closed and verified: beside a client that only
/// counts (the limit) and beside Python's `websockets` with `gzip`, in the same run.
enum RecordingBenchmark {
    static let benchmark = Benchmarks.Case(
        name: "recording", usage: "[FRAMES] [ROUNDS] [PYTHON]", run: run)

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    @Sendable private static func run(_ arguments: [String]) throws {
        let messages = frames(1000)
        let wanted = arguments.first.flatMap { Int($0) } ?? 500_000
        let count = max(1, wanted / messages.count) * messages.count
        let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 3 : 3
        let python = arguments.count > 2 ? arguments[2] : "/usr/bin/python3"
        let bytes = messages.reduce(0) { $0 + $1.count } / messages.count
        print("\(count) frames of \(bytes) bytes on average, \(rounds) rounds, medians")
        let blaster = try Blaster(messages: messages, count: count)
        defer { blaster.stop() }
        var seconds: [String: [Double]] = [:]
        let names = ["counting client", "record, level 1", "record, level 6", "python, level 1"]
        for _ in 0..<rounds {
            for name in names {
                let time: Double? =
                    switch name {
                    case "counting client": try counting(blaster.port, count)
                    case "record, level 1": try recording(blaster.port, count, level: 1)
                    case "record, level 6": try recording(blaster.port, count, level: 6)
                    default: try peer(python, blaster.port, count)
                    }
                if let time { seconds[name, default: []].append(time) }
            }
        }
        let medians = seconds.mapValues { $0.sorted()[$0.count / 2] }
        let limit = medians["counting client"] ?? .nan
        let slowest = medians["python, level 1"]
        for name in names {
            guard let median = medians[name] else { continue }
            var line = "\(name): \(Int(Double(count) / median)) frames/s, \(Int(limit / median * 100)) % of the limit"
            if let slowest { line += ", \(String(format: "%.1f", slowest / median)) times Python" }
            print(line)
        }
    }

    /// Frames like the free feed's: one to ten trades of a few symbols.
    private static func frames(_ count: Int) -> [[UInt8]] {
        var state: UInt64 = 7
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let symbols = ["AAPL", "MSFT", "NVDA", "TSLA", "BINANCE:BTCUSDT"]
        return (0..<count).map { number in
            let trades = (0..<1 + draw(10) * draw(10) / 10).map { _ in
                #"{"c":["1","12"],"p":\#(100 + draw(300)).\#(10 + draw(90)),"s":"\#(symbols[draw(5)])","#
                    + #""t":\#(1_723_210_200_000 + number * 37),"v":\#(1 + draw(400))}"#
            }
            return Array(#"{"data":[\#(trades.joined(separator: ","))],"type":"trade"}"#.utf8)
        }
    }

    // MARK: - Contestants, each in seconds from the first frame to the end

    private static func counting(_ port: Int, _ count: Int) throws -> Double {
        let loop = try ServiceLoop(name: "counting", receiveBufferBytes: 1 << 18)
        defer { loop.stop() }
        let counter = FrameCounter()
        let configuration = WebSocketClientConfiguration(url: try WebSocketURL("ws://127.0.0.1:\(port)/"))
        loop.perform { counter.connect(loop, configuration) }
        counter.done.wait()
        guard counter.frames.load(ordering: .sequentiallyConsistent) == count else {
            throw Failure(description: "the counting client got \(counter.frames.load(ordering: .relaxed)) frames")
        }
        return counter.seconds
    }

    private static func recording(_ port: Int, _ count: Int, level: Int) throws -> Double {
        let folder = NSTemporaryDirectory() + "/tapedeck-benchmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let configuration = RecorderConfiguration(
            url: try WebSocketURL("ws://127.0.0.1:\(port)/"), symbols: ["AAPL"],
            // A feed without end at this speed would overflow the usual 16 MiB where compression is the bottleneck; here
            // the time until the tape is closed is what counts, and nothing may be dropped.
            capture: TapeCaptureConfiguration(folder: folder, level: level, minimumFree: 0, queueBytes: 1 << 30),
            version: "benchmark")
        let ended = DispatchSemaphore(value: 0)
        let opened = Mutex<ContinuousClock.Instant?>(nil)
        let received = Mutex<ContinuousClock.Instant?>(nil)
        let log = Log(level: .info) { _, event, _ in
            if event == "subscribed" { opened.withLock { $0 = $0 ?? .now } }
            if event == "disconnected" {
                received.withLock { $0 = .now }
                ended.signal()
            }
        }
        let recording = RecordingRun(configuration: configuration, log: log)
        Thread.detachNewThread {
            ended.wait()
            recording.requestStop(cause: "benchmark")
        }
        let summary = try recording.run()
        guard let start = opened.withLock({ $0 }) else { throw Failure(description: "never connected") }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if let last = received.withLock({ $0 }) {
            // Intake and compression are two threads: which of them is the bottleneck shows here.
            let intake = (last - start) / .seconds(1)
            print("record, level \(level): everything in the journal after \(intake) s, tape closed after \(seconds) s")
        }
        let tapes = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
        let info = try TapeInfo.read(paths: tapes)
        guard info.fault == nil, info.isClosed, info.frames == Int64(count), !summary.hasLoss else {
            throw Failure(
                description:
                    "the tape holds \(info.frames) of \(count) frames, \(summary.tape.status.droppedFrames) dropped")
        }
        return seconds
    }

    private static func peer(_ python: String, _ port: Int, _ count: Int) throws -> Double? {
        let script = "Tests/Scripts/websockets_gzip_recorder.py"
        guard FileManager.default.fileExists(atPath: script) else {
            throw Failure(description: "run it in the repository's root: \(script) is not here")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        let file = NSTemporaryDirectory() + "/tapedeck-benchmark-\(UUID().uuidString).gz"
        defer { unlink(file) }
        process.arguments = [script, "ws://127.0.0.1:\(port)/", file, "1"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(
            separator: " ")
        process.waitUntilExit()
        guard process.terminationStatus == 0, words.count == 2, Int(words[0]) == count else {
            print("python: skipped, it has no websockets (give one that has as third argument)")
            return nil
        }
        return Double(words[1].filter { !$0.isNewline })
    }
}

/// Counts frames and does nothing else.
///
/// `@unchecked Sendable`: everything but the counter and the semaphore is touched on the loop's thread only, `seconds`
/// before the semaphore is signalled and read after.
private final class FrameCounter: WebSocketClientHandler, @unchecked Sendable {
    let frames = Atomic<Int>(0)
    let done = DispatchSemaphore(value: 0)
    private(set) var seconds = 0.0
    private var client: WebSocketClient?
    private var start = ContinuousClock.now
    private var count = 0

    func connect(_ loop: ServiceLoop, _ configuration: WebSocketClientConfiguration) {
        client = WebSocketClient(loop: loop, configuration: configuration, handler: self)
        client?.connect()
    }
    func webSocketOpened() {
        start = .now
        client?.send(Array(#"{"type":"subscribe","symbol":"AAPL"}"#.utf8))
    }
    func webSocketReceived(_ bytes: Span<UInt8>, kind: WebSocketMessageKind) { count += 1 }
    func webSocketReceivedTooLong(bytes: Int) {}
    func webSocketReceivedPong() {}
    func webSocketClosed(_ closure: WebSocketClosure) {
        seconds = (ContinuousClock.now - start) / .seconds(1)
        frames.store(count, ordering: .sequentiallyConsistent)
        done.signal()
    }
    func webSocketFailed(_ error: WebSocketError) {
        print(error)
        done.signal()
    }
}
