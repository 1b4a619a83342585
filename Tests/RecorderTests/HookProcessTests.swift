import Testing

@testable import Recorder

@Suite struct HookProcessTests {
    @Test(arguments: [
        ("exit 0", HookProcess.Outcome.ended(status: 0)), ("exit 3", .ended(status: 3)),
        ("kill -TERM $$", .killed(signal: 15)), ("read line && test \"$line\" = hello", .ended(status: 0)),
        ("no-such-program-at-all 2>/dev/null", .ended(status: 127)),
    ])
    func tellsHowItEnded(command: String, outcome: HookProcess.Outcome) {
        #expect(HookProcess.run(command, input: "hello\n", milliseconds: 30_000) == outcome)
    }

    @Test func timeIsLimitedForAllItStarted() {
        #expect(HookProcess.run("sleep 600 & wait", input: "", milliseconds: 100) == .timedOut)
    }

    @Test func secretsDoNotPass() {
        #expect(
            HookProcess.run("! env | grep -q '^FINNHUB_TOKEN\\|^TAPEDECK_'", input: "", milliseconds: 30_000)
                == .ended(status: 0))
    }
}
