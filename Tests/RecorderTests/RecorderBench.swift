import Diagnostics
import Foundation
import Synchronization
import Tape
import TestSupport
import WebSocket

@testable import Recorder

/// Runs a recorder in this process and reads what it wrote.
final class RecorderBench: Sendable {
    let folder: TemporaryFolder
    let lines = Mutex<[String]>([])
    private let stir = DispatchSemaphore(value: 0)

    init() throws { folder = try TemporaryFolder("recorder") }

    func configuration(
        _ url: String, symbols: [String] = ["AAPL"], _ change: (inout RecorderConfiguration) -> Void = { _ in }
    ) throws -> RecorderConfiguration {
        var configuration = RecorderConfiguration(
            url: try WebSocketURL(url), symbols: symbols,
            capture: TapeCaptureConfiguration(folder: folder.path, sync: .never, minimumFree: 0), version: "test")
        change(&configuration)
        return configuration
    }

    /// A run whose log this bench keeps.
    func run(_ configuration: RecorderConfiguration) -> RunningRecorder {
        let log = Log(level: .debug) { [self] level, event, fields in
            lines.withLock { $0.append("\(level) \(event) \(fields.map { "\($0.0)=\($0.1.canonical)" })") }
            stir.signal()
        }
        return RunningRecorder(RecordingRun(configuration: configuration, log: log))
    }

    /// How many lines of the log say something.
    func count(_ text: String) -> Int { lines.withLock { $0.count { $0.contains(text) } } }

    /// Waits until the log says something, or says it so often.
    func waitFor(_ text: String, times: Int = 1) -> Bool {
        for _ in 0..<3000 {
            if count(text) >= times { return true }
            _ = stir.wait(timeout: .now() + .milliseconds(20))
        }
        return false
    }

    /// The tapes, in order.
    var tapes: [String] {
        TapeFolder(folder: folder.path, name: "finnhub").parts().map(\.path)
    }

    /// Everything on the tapes.
    func read() throws -> Recorded { try Recorded(folder: folder.path) }
}

/// A recorder on a thread of its own.
final class RunningRecorder: Sendable {
    let recording: RecordingRun
    private let outcome = Mutex<Result<RecordingSummary, RecorderError>?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    init(_ recording: RecordingRun) {
        self.recording = recording
        Thread.detachNewThread { [self] in
            let result: Result<RecordingSummary, RecorderError>
            do throws(RecorderError) { result = .success(try recording.run()) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            ended.signal()
        }
    }

    /// Waits for its end.
    func wait() throws -> RecordingSummary {
        ended.wait()
        ended.signal()
        guard let result = outcome.withLock({ $0 }) else { throw CocoaError(.featureUnsupported) }
        return try result.get()
    }

    /// Ends it and waits.
    func stop() throws -> RecordingSummary {
        recording.requestStop(cause: "test")
        return try wait()
    }
}
