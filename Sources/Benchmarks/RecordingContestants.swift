import Diagnostics
import Foundation
import Recorder
import Synchronization
import Tape
import WebSocket

/// What it took to get all frames, in seconds.
struct RecordingCost {
    /// From the first frame to the end: the last frame counted, or the tape closed.
    var seconds: Double
    /// Processor time of the thread that receives.
    var feed: Double
    /// Processor time of all other threads but the blaster's.
    var rest: Double
}

/// Who takes frames from the blaster.
enum RecordingContestants {
    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// A client that counts frames and does nothing else.
    static func counting(_ blaster: Blaster, _ count: Int) throws -> RecordingCost {
        let loop = try ServiceLoop(name: "counting", receiveBufferBytes: 1 << 18)
        defer { loop.stop() }
        let counter = FrameCounter()
        let configuration = WebSocketClientConfiguration(url: try WebSocketURL("ws://127.0.0.1:\(blaster.port)/"))
        loop.perform { counter.connect(loop, configuration) }
        counter.done.wait()
        guard counter.frames.load(ordering: .sequentiallyConsistent) == count else {
            throw Failure(description: "the counting client got \(counter.frames.load(ordering: .relaxed)) frames")
        }
        return RecordingCost(seconds: counter.seconds, feed: counter.processor, rest: 0)
    }

    /// The recorder, from its subscription to the closed tape.
    static func recording(_ blaster: Blaster, _ count: Int, level: Int) throws -> RecordingCost {
        let folder = NSTemporaryDirectory() + "/tapedeck-benchmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let configuration = RecorderConfiguration(
            url: try WebSocketURL("ws://127.0.0.1:\(blaster.port)/"), symbols: ["AAPL"],
            // A feed without end at this speed would overflow the usual 16 MiB where compression is the bottleneck; here
            // the time until the tape is closed is what counts, and nothing may be dropped.
            capture: TapeCaptureConfiguration(folder: folder, level: level, minimumFree: 0, queueBytes: 1 << 30),
            version: "benchmark")
        let ended = DispatchSemaphore(value: 0)
        let opened = Mutex<Mark?>(nil)
        let received = Mutex<Mark?>(nil)
        // Both events are told on the feed's thread.
        let log = Log(level: .info) { _, event, _ in
            if event == "subscribed" { opened.withLock { $0 = $0 ?? Mark(blaster) } }
            if event == "disconnected" {
                received.withLock { $0 = Mark(blaster) }
                ended.signal()
            }
        }
        let recording = RecordingRun(configuration: configuration, log: log)
        Thread.detachNewThread {
            ended.wait()
            recording.requestStop(cause: "benchmark")
        }
        let summary = try recording.run()
        let closed = Mark(blaster)
        guard let first = opened.withLock({ $0 }), let last = received.withLock({ $0 }) else {
            throw Failure(description: "never connected")
        }
        // Intake and compression are two threads: which of them is the bottleneck shows here.
        print(
            "record, level \(level): everything in the journal after \((last.time - first.time) / .seconds(1)) s, "
                + "tape closed after \((closed.time - first.time) / .seconds(1)) s")
        let tapes = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
        let info = try TapeInfo.read(paths: tapes)
        guard info.fault == nil, info.isClosed, info.frames == Int64(count), !summary.hasLoss else {
            throw Failure(
                description: "the tape holds \(info.frames) of \(count) frames, "
                    + "\(summary.tape.status.droppedFrames) dropped; \(info.fault.map { "\($0)" } ?? "no fault")")
        }
        let feed = last.thread - first.thread
        return RecordingCost(
            seconds: (closed.time - first.time) / .seconds(1), feed: feed,
            rest: closed.process - first.process - (closed.blaster - first.blaster) - feed)
    }

    /// One instant and the processor time used until then.
    private struct Mark {
        let time = ContinuousClock.now
        let thread = ProcessorTime.thread
        let process = ProcessorTime.process
        let blaster: Double
        init(_ blaster: Blaster) { self.blaster = blaster.processor }
    }

    /// Python; nil if it has no `websockets`.
    static func peer(_ python: String, _ blaster: Blaster, _ count: Int) throws -> RecordingCost? {
        let script = "Tests/Scripts/websockets_gzip_recorder.py"
        guard FileManager.default.fileExists(atPath: script) else {
            throw Failure(description: "run it in the repository's root: \(script) is not here")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        let file = NSTemporaryDirectory() + "/tapedeck-benchmark-\(UUID().uuidString).gz"
        defer { unlink(file) }
        process.arguments = [script, "ws://127.0.0.1:\(blaster.port)/", file, "1"]
        let pipe = Pipe()
        process.standardOutput = pipe
        let before = ProcessorTime.children
        try process.run()
        let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(
            separator: " ")
        process.waitUntilExit()
        guard process.terminationStatus == 0, words.count == 2, Int(words[0]) == count,
            let seconds = Double(words[1].filter { !$0.isNewline })
        else {
            print("python: skipped, it has no websockets (give one that has as third argument)")
            return nil
        }
        return RecordingCost(seconds: seconds, feed: ProcessorTime.children - before, rest: 0)
    }
}

/// Counts frames and does nothing else.
///
/// `@unchecked Sendable`: everything but the counter and the semaphore is touched on the loop's thread only, the times
/// before the semaphore is signalled and read after.
private final class FrameCounter: WebSocketClientHandler, @unchecked Sendable {
    let frames = Atomic<Int>(0)
    let done = DispatchSemaphore(value: 0)
    private(set) var seconds = 0.0
    private(set) var processor = 0.0
    private var client: WebSocketClient?
    private var start = ContinuousClock.now
    private var processorBefore = 0.0
    private var count = 0

    func connect(_ loop: ServiceLoop, _ configuration: WebSocketClientConfiguration) {
        client = WebSocketClient(loop: loop, configuration: configuration, handler: self)
        client?.connect()
    }
    func webSocketOpened() {
        start = .now
        processorBefore = ProcessorTime.thread
        client?.send(Array(#"{"type":"subscribe","symbol":"AAPL"}"#.utf8))
    }
    func webSocketReceived(_ bytes: Span<UInt8>, kind: WebSocketMessageKind) { count += 1 }
    func webSocketReceivedTooLong(bytes: Int) {}
    func webSocketReceivedPong() {}
    func webSocketClosed(_ closure: WebSocketClosure) {
        seconds = (ContinuousClock.now - start) / .seconds(1)
        processor = ProcessorTime.thread - processorBefore
        frames.store(count, ordering: .sequentiallyConsistent)
        done.signal()
    }
    func webSocketFailed(_ error: WebSocketError) {
        print(error)
        done.signal()
    }
}
