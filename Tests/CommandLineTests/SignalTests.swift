import Foundation
import TestSupport
import Testing

@Suite("Signals")
struct SignalTests {
    @Test(
        "a batch verb cleans up and exits with 128 and the signal", arguments: [SIGINT, SIGTERM])
    func aBatchVerbIsInterrupted(_ signal: Int32) async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let tape = folder.file("endless.jsonl.gz")
            // A billion trades take minutes: the signal always comes first.
            let arguments = ["simulate", "-o", tape, "--trades", "1000000000", "--rate", "100000"]
            let outcome = try Tapedeck.run(arguments, limit: .seconds(60)) { command in
                // The handler is there once the partial file is; a program that ended makes none.
                for _ in 0..<6000 where !FileManager.default.fileExists(atPath: tape + ".partial") { usleep(5000) }
                command.signal(signal)
            }
            #expect(outcome.status == 128 + signal)
            #expect(outcome.diagnostics.isEmpty && outcome.output.isEmpty, "\(outcome.diagnostics)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test("a reader that waits for input ends too")
    func waitingForInputEnds() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let script = """
                mkfifo wait; exec 3<>wait
                tapedeck tape cat - <&3 & child=$!
                until (( 0x$(awk '/SigCgt/ {print $2}' /proc/$child/status) & 0x4000 )); do :; done
                kill -TERM $child; wait $child; echo $?
                """
            let outcome = try Tapedeck.shell(script, folder: folder.path, limit: .seconds(30))
            #expect(outcome.outputLines.last == "143", "\(outcome.output) \(outcome.diagnostics)")
        }
    }

    @Test("a service ends with 0", arguments: [SIGINT, SIGTERM])
    func aServiceEndsCleanly(_ signal: Int32) async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let ready = folder.file("ready")
            let arguments = ["broker", "--listen", "127.0.0.1:0", "--ready-file", ready]
            let outcome = try Tapedeck.run(arguments, limit: .seconds(60)) { command in
                #expect(command.waitFor("listening on "))
                let address = try String(contentsOfFile: ready, encoding: .utf8)
                #expect(address.hasPrefix("127.0.0.1:"))
                command.signal(signal)
            }
            #expect(outcome.status == 0)
            #expect(!FileManager.default.fileExists(atPath: ready))
            // Nobody looks at standard error: a service logs JSON, one object a line.
            for line in outcome.diagnosticLines {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                for key in ["ts", "level", "event"] { #expect(object?[key] is String, "\(line)") }
            }
            #expect(outcome.diagnosticLines.count >= 2)
        }
    }

    @Test("--quiet says errors only")
    func quietIsQuiet() async throws {
        try await onThread {
            let outcome = try Tapedeck.run(["broker", "--listen", "127.0.0.1:0", "--quiet"], limit: .seconds(60)) {
                command in
                #expect(command.waitFor("listening on "))
                command.signal(SIGTERM)
            }
            #expect(outcome.status == 0 && outcome.diagnostics.isEmpty, "\(outcome.diagnostics)")
        }
    }

    @Test("an address in use is named with a remedy")
    func aTakenAddressIsNamed() async throws {
        try await onThread {
            try withBroker { address in
                let outcome = try Tapedeck.run(["broker", "--listen", address, "--quiet"], limit: .seconds(15))
                #expect(outcome.status == 1)
                #expect(outcome.diagnosticLines.count == 1)
                #expect(outcome.diagnostics.contains(address) && outcome.diagnostics.contains("--listen"))
            }
        }
    }
}
