import Foundation
import TestSupport
import Testing

@testable import Recorder

/// The key shows nowhere, whatever happens to a connection or to the process.
@Suite(.serialized) struct TokenTests {
    private static let key = "c0ffee+5ecret/c0ffee="

    private func start(_ url: String, _ folder: TemporaryFolder, _ more: [String] = []) throws -> RunningCommand {
        try RecorderProcess.start(
            url, folder.path, ["--verbose", "--hook", "env >&2; cat >&2"] + more,
            environment: ["FINNHUB_TOKEN": Self.key])
    }

    @Test func theKeyShowsNowhere() throws {
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let folder = try TemporaryFolder("secret")
        var traces = TokenTraces(key: Self.key)
        let recorder = try start(feed.url, folder)
        #expect(feed.wait { $0.sent > 50 })
        try traces.add(process: recorder)
        feed.answer(.refuse(status: 429))
        feed.dropAll()
        #expect(recorder.waitFor("connect-failed"))
        recorder.signal(SIGTERM)
        traces.add(recorder.wait(), "429")
        for status in [401, 403, 503] {
            feed.answer(.refuse(status: status))
            let run = try start(feed.url, folder)
            if status != 401 {
                #expect(run.waitFor("connect-failed"))
                run.signal(SIGTERM)
            }
            let ended = run.wait()
            #expect(ended.status == (status == 401 ? 1 : 0))
            traces.add(ended, "\(status)")
        }
        for url in ["wss://127.0.0.1:\(feed.port)/", "ws://127.0.0.1:1/", "ws://no-such-host.invalid/"] {
            let run = try start(url, folder)
            #expect(run.waitFor("connect-failed"))
            run.signal(SIGTERM)
            traces.add(run.wait(), url)
        }
        traces.add(
            try CommandRun.tapedeck(
                ["record", "--symbols", "A", "--print-config"], environment: ["FINNHUB_TOKEN": Self.key]),
            "configuration"
        )
        let asFlag = try CommandRun.tapedeck(["record", "--symbols", "A", "--url", "ws://h/?token=\(Self.key)"])
        #expect(asFlag.status == 2)
        traces.add(asFlag, "flag")
        try traces.add(folder: folder.path)
        let encoded = "token=\(Self.key)"
        #expect(feed.state.queries.contains(encoded), "\(feed.state.queries.prefix(3))")
        #expect(traces.places == [])
    }

    /// The ways in which a foreign server fails, by its mode, and the word in the log that tells of it.
    @Test(
        .enabled(if: PythonPeer.isThere),
        arguments: [
            ("401", "TOKEN"), ("403", "connect-failed"), ("429", "connect-failed"), ("503", "connect-failed"),
            ("page", "connect-failed"), ("garbage", "connect-failed"), ("wrong-key", "connect-failed"),
            ("hang-up", "connect-failed"), ("no-close-frame", "disconnected"), ("frames", "disconnected"),
            ("quoting", "disconnected"),
        ])
    func theKeyShowsNowhereWithAForeignServer(mode: String, word: String) throws {
        let folder = try TemporaryFolder("secret")
        let peer = try PythonPeer(mode)
        var traces = TokenTraces(key: Self.key)
        let recorder = try start("ws://127.0.0.1:\(peer.port)/", folder)
        #expect(recorder.waitFor(word))
        if mode != "401" {
            try traces.add(process: recorder)
            recorder.signal(SIGTERM)
        }
        let run = recorder.wait()
        #expect(run.status == (mode == "401" ? 1 : 0), "\(run.errorText)")
        traces.add(run, mode)
        try traces.add(folder: folder.path)
        #expect(traces.places == [])
        if mode == "quoting" { #expect(run.errorText.contains("bad key *** of ***"), "\(run.errorText)") }
    }

    @Test(
        .enabled(if: PythonPeer.isThere && TestAuthority.isThere),
        arguments: [(TestAuthority.Flaw.expired, true), (.wrongHost, true), (.none, false)])
    func theKeyShowsNowhereWithABadCertificate(flaw: TestAuthority.Flaw, knowsAuthority: Bool) throws {
        let folder = try TemporaryFolder("secret")
        let authority = try TestAuthority()
        let peer = try PythonPeer("quiet", authority.arguments(flaw))
        var traces = TokenTraces(key: Self.key)
        let recorder = try start(
            "wss://localhost:\(peer.port)/", folder, knowsAuthority ? ["--ca-file", authority.caFile] : [])
        #expect(recorder.waitFor("connect-failed"))
        try traces.add(process: recorder)
        recorder.signal(SIGTERM)
        traces.add(recorder.wait(), "\(flaw)")
        try traces.add(folder: folder.path)
        #expect(traces.places == [])
    }

    /// With Swift's crash report switched on, registers and the memory they point to included.
    @Test(arguments: [SIGABRT, SIGSEGV, SIGILL, SIGTRAP]) func aCrashShowsNoKey(signal: Int32) throws {
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let folder = try TemporaryFolder("crash")
        var traces = TokenTraces(key: Self.key)
        let recorder = try RecorderProcess.start(
            feed.url, folder.path, ["--verbose"],
            environment: [
                "FINNHUB_TOKEN": Self.key,
                "SWIFT_BACKTRACE":
                    "enable=yes,color=no,interactive=no,threads=all,registers=all,symbolicate=off,output-to=stderr",
            ])
        #expect(feed.wait { $0.sent > 50 })
        // A core file would hold the key: none may be written, whatever the shell allowed.
        let limits = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(recorder.processIdentifier)/limits"))
        let core = String(decoding: limits, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Max core") }
        #expect(core?.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"], "\(core ?? "")")
        recorder.signal(signal)
        #expect(recorder.waitFor("Backtrace took"))
        // The reporter leaves the end to the instruction that failed, which a signal from outside does not have.
        recorder.signal(SIGKILL)
        let run = recorder.wait()
        #expect(run.errorText.contains("Program crashed"))
        traces.add(run, "crash report")
        try traces.add(folder: folder.path)
        #expect(traces.places == [])
    }
}
