import Foundation
import Tape
import TestSupport
import Testing

@testable import Recorder

/// The recorder against Python's `websockets`: what comes to the tape.
@Suite(.serialized, .enabled(if: PythonPeer.isThere)) struct ForeignFeedTests {
    /// What the peer's mode `frames` sends; its 2,000 protocol pings are no messages.
    private static let frames: [[UInt8]] = [
        Array(#"{"type":"ping"}"#.utf8), Array(#"{"data":[],"type":"trade"}"#.utf8), [0, 1, 0xFE, 0xFF],
        [0xFF, 0xFE] + Array(" not UTF-8".utf8), [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20),
        [UInt8](repeating: 0, count: 70000) + [UInt8](repeating: 1, count: 70000), Array("last".utf8),
    ]

    private func record(_ url: String, _ more: [String] = [], until word: String) throws -> Recorded {
        let folder = try TemporaryFolder("foreign")
        let recorder = try RecorderProcess.start(url, folder.path, more, environment: ["FINNHUB_TOKEN": "c0ffee"])
        #expect(recorder.waitFor(word))
        recorder.signal(SIGTERM)
        #expect(recorder.wait().status == 0)
        #expect(try RecorderProcess.verify(folder.path).status == 0)
        return try Recorded(folder: folder.path)
    }

    @Test func everyKindOfMessageIsOnTheTapeToTheByte() throws {
        let peer = try PythonPeer("frames")
        let recorded = try record("ws://127.0.0.1:\(peer.port)/", until: "disconnected")
        #expect(recorded.connections.first == Self.frames)
        #expect(recorded.events.contains(.disconnected(by: .server, code: 4000, reason: "all sent")))
    }

    @Test(.enabled(if: TestAuthority.isThere)) func overTLSToo() throws {
        let authority = try TestAuthority()
        let peer = try PythonPeer("frames", authority.arguments(.none))
        let recorded = try record(
            "wss://localhost:\(peer.port)/", ["--ca-file", authority.caFile], until: "disconnected")
        #expect(recorded.connections.first == Self.frames)
    }

    @Test func aFloodOfPingsHidesNoFrame() throws {
        let peer = try PythonPeer("flood")
        let recorded = try record("ws://127.0.0.1:\(peer.port)/", until: "disconnected")
        #expect(recorded.connections.first?.compactMap(NumberedFeed.number) == Array(0..<500))
        #expect(recorded.connections.first?.count == 500)
    }
}
