import Foundation
import Kafka
import TestSupport
import Testing

/// `tapedeck replay` as a user runs it, against an embedded broker.
@Suite struct ReplayCommandTests {
    private let tape = TestPaths.fixture("tapes/market-four-symbols.jsonl.gz")

    private func broker() throws -> EmbeddedBroker {
        try EmbeddedBroker(listen: "127.0.0.1:0", topics: [EmbeddedBroker.Topic(name: "raw_data", partitions: 2)])
    }

    @Test func aDryRunConnectsToNothing() async throws {
        try await onThread { [tape] in
            let run = try CommandRun.tapedeck(
                ["replay", tape, "--dry-run", "--speed", "100", "--json", "--brokers", "127.0.0.1:1"])
            #expect(run.status == 0)
            #expect(run.outputText.contains("\"records\":24000") && run.outputText.contains("\"gaps\":3"))
            #expect(run.outputText.contains("\"predictedSeconds\":23.63"))
        }
    }

    @Test func standardInputAGateAndAWindow() async throws {
        try await onThread { [tape] in
            let broker = try broker()
            defer { broker.stop() }
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: tape)))
            let arguments = [
                "replay", "-", "--brokers", broker.address, "--speed", "max", "--duration", "60s", "--json",
            ]
            let run = try CommandRun.tapedeck(arguments + ["--fail-if", "dropped>0"], input: bytes)
            #expect(run.status == 0 && run.outputText.contains("\"published\":602"))
            let failed = try CommandRun.tapedeck(arguments + ["--fail-if", "published>100"], input: bytes)
            #expect(failed.status == 4 && failed.errorText.contains("published>100"))
        }
    }

    @Test func killedAndResumedItPublishesEverything() async throws {
        try await onThread { [tape] in
            let folder = try TestSupport.TemporaryFolder("replay")
            let broker = try broker()
            defer { broker.stop() }
            let file = folder.file("checkpoint")
            let arguments = ["replay", tape, "--brokers", broker.address, "--checkpoint", file, "--json"]
            let killed = try CommandRun.tapedeck(
                arguments + ["--speed", "600", "--listen", "127.0.0.1:0"]
            ) { command in
                #expect(command.waitFor("controls"))
                while !FileManager.default.fileExists(atPath: file) { sched_yield() }
                command.signal(SIGKILL)
            }
            #expect(killed.status == 128 + SIGKILL)
            let run = try CommandRun.tapedeck(arguments + ["--speed", "max"])
            #expect(run.status == 0 && run.outputText.contains("\"resumed\":true"))
            let other = try CommandRun.tapedeck(arguments + ["--speed", "max", "--symbols", "AAPL"])
            #expect(other.status == 1 && other.errorText.contains("--symbols"))
        }
    }

    /// In a pseudo-terminal: keys are obeyed exactly, and the terminal gets its settings back however it ends.
    @Test(arguments: ["q", "TERM", "KILLTWICE"])
    func keysControlItAndTheTerminalIsRestored(end: String) async throws {
        let python = "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            return FileHandle.standardError.write(Data("SKIPPED: no \(python) for a pseudo-terminal\n".utf8))
        }
        try await onThread { [tape] in
            let broker = try broker()
            defer { broker.stop() }
            let run = try CommandRun.program(
                python,
                [
                    "-c", Self.terminal, end, "\(TestPaths.products)/tapedeck", "replay", tape, "--brokers",
                    broker.address, "--step",
                ])
            #expect(run.status == 0, "\(run.errorText)")
            #expect(run.outputText.contains("raw True\n") && run.outputText.contains("restored True\n"))
            if end == "q" {
                #expect(run.outputText.contains("step 1") && run.outputText.contains("stop behind seq"))
                #expect(run.outputText.contains("published"))
            }
        }
    }

    /// Drives a program in a pseudo-terminal: waits for its raw mode, steps twice, ends it, compares the settings.
    private static let terminal = """
        import os, pty, select, signal, sys, termios, time
        end, command = sys.argv[1], sys.argv[2:]
        master, slave = pty.openpty()
        before = termios.tcgetattr(slave)
        child = os.fork()
        if child == 0:
            os.setsid()
            import fcntl
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2): os.dup2(slave, fd)
            os.close(master)
            os.execv(command[0], command)
        output = b""
        limit = time.time() + 60
        def read(seconds):
            global output
            if select.select([master], [], [], seconds)[0]:
                try: output += os.read(master, 65536)
                except OSError: pass
        while termios.tcgetattr(slave)[3] & termios.ICANON and time.time() < limit: read(0.05)
        print("raw", not termios.tcgetattr(slave)[3] & termios.ECHO)
        while b"paused" not in output and time.time() < limit: read(0.05)
        os.write(master, b"\\x1b[C\\x1b[C")
        while b"2024-08-09" not in output and time.time() < limit: read(0.05)
        if end == "q": os.write(master, b"q")
        else:
            os.kill(child, signal.SIGTERM)
            if end == "KILLTWICE": os.kill(child, signal.SIGTERM)
        while time.time() < limit:
            read(0.05)
            if os.waitpid(child, os.WNOHANG)[0]: break
        read(0.1)
        print("restored", termios.tcgetattr(slave) == before)
        sys.stdout.write(output.decode(errors="replace").replace("\\r", "\\n"))
        """
}
