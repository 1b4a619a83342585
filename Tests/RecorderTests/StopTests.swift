import Foundation
import Tape
import TestSupport
import Testing

@testable import Recorder

/// SIGTERM and SIGINT in every state of the connection: the tape is closed, and how soon is printed.
@Suite(.serialized) struct StopTests {
    /// What the recorder is doing when the signal comes.
    enum State: String, CaseIterable {
        case flood, stoppedServer, backOff, busy, handshake, tlsHandshake

        var needsPython: Bool { self == .stoppedServer || self == .handshake || self == .tlsHandshake }
    }

    @Test(arguments: [SIGTERM, SIGINT], State.allCases) func aSignalClosesTheTape(signal: Int32, state: State) throws {
        guard !state.needsPython || PythonPeer.isThere else { return }
        let runs = Heavy.isOn ? 10 : 1
        var times: [Duration] = []
        for _ in 0..<runs { times.append(try stop(with: signal, in: state)) }
        times.sort()
        print("record: ended \(times[runs / 2]) after signal \(signal) in \(state), at most \(times[runs - 1])")
    }

    private func stop(with signal: Int32, in state: State) throws -> Duration {
        let folder = try TemporaryFolder("signal")
        let feed = try NumberedFeed(burst: 40, pauseMicroseconds: 2000)
        defer { feed.stop() }
        var peer: PythonPeer?
        var url = feed.url
        switch state {
        case .flood: break
        case .backOff: feed.answer(.refuse(status: 503))
        case .busy: feed.answer(.refuse(status: 429))
        case .stoppedServer: peer = try PythonPeer("feed", ["--rate", "20000"])
        case .handshake, .tlsHandshake: peer = try PythonPeer("silent")
        }
        if let peer { url = "\(state == .tlsHandshake ? "wss" : "ws")://127.0.0.1:\(peer.port)/" }
        let page = folder.file("page")
        let recorder = try RecorderProcess.start(
            url, folder.path, ["--json", "--verbose", "--listen", "unix:\(page)"])
        switch state {
        case .flood: #expect(try RawTape.wait(for: 10_000, in: folder.path))
        case .backOff, .busy: #expect(recorder.waitFor("reconnecting"))
        case .stoppedServer:
            #expect(recorder.waitFor("subscribed"))
            #expect(try RawTape.wait(for: 5000, in: folder.path))
            if let peer { kill(peer.processIdentifier, SIGSTOP) }
        case .handshake, .tlsHandshake:
            #expect(peer?.line() == "connection")
        }
        let start = ContinuousClock.now
        recorder.signal(signal)
        let run = recorder.wait()
        let time = ContinuousClock.now - start
        #expect(run.status == 0, "\(run.errorText)")
        #expect(run.outputText.contains("\"cause\":\"\(signal == SIGTERM ? "SIGTERM" : "SIGINT")\""))
        #expect(try RecorderProcess.files(folder.path, ".open").isEmpty)
        #expect(try RecorderProcess.verify(folder.path).status == 0)
        let recorded = try Recorded(folder: folder.path)
        #expect(recorded.events.last == .closed(cause: signal == SIGTERM ? "SIGTERM" : "SIGINT"))
        #expect(recorded.numbers == Array(0..<recorded.numbers.count))
        if state == .flood || state == .stoppedServer { #expect(recorded.numbers.count >= 5000) }
        return time
    }
}
