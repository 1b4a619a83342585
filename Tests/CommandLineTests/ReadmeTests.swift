import Foundation
import TestSupport
import Testing

/// Runs the README's examples as they are printed and compares what they print; `...` stands for anything.
@Suite("README")
struct ReadmeTests {
    /// A command with the lines that it is said to print.
    struct Example {
        var command: String
        var lines: [String] = []
    }

    /// The examples of all blocks under `<!-- tested -->`, in order.
    private static func examples() throws -> [Example] {
        let text = try String(contentsOfFile: "\(TestPaths.root)/README.md", encoding: .utf8)
        var examples: [Example] = []
        for block in text.components(separatedBy: "<!-- tested -->\n```console\n").dropFirst() {
            for line in block.components(separatedBy: "\n```")[0].split(separator: "\n") {
                if line.hasPrefix("$ ") {
                    examples.append(Example(command: String(line.dropFirst(2))))
                } else {
                    examples[examples.count - 1].lines.append(String(line))
                }
            }
        }
        return examples
    }

    /// Whether a text consists of pieces in this order, with anything between.
    private static func matches(_ output: String, _ pattern: String) -> Bool {
        let pieces = pattern.components(separatedBy: "...")
        guard pieces.count > 1 else { return output == pattern }
        guard output.hasPrefix(pieces[0]), output.hasSuffix(pieces[pieces.count - 1]) else { return false }
        var rest = output.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst() where !piece.isEmpty {
            guard let range = rest.range(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }

    @Test("every example runs and prints what is printed")
    func theExamplesRun() async throws {
        try await onThread {
            let examples = try Self.examples()
            #expect(examples.count >= 14, "the blocks were found")
            let folder = try TemporaryFolder("readme")
            let mark = "=== \(UUID().uuidString)"
            // One shell for all, as a reader would have; what runs in the background ends with it.
            var script = "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n"
            for example in examples {
                script += "\(example.command)\n"
                if example.command.hasSuffix("&") {
                    script += "until [ -e \"$TAPEDECK_READY_FILE\" ]; do sleep 0.02; done\n"
                }
                script += "echo '\(mark)'\n"
            }
            let port = try freePort()
            let outcome = try Tapedeck.shell(
                script,
                environment: [
                    "TAPEDECK_LISTEN": "127.0.0.1:\(port)", "TAPEDECK_BROKERS": "127.0.0.1:\(port)",
                    "TAPEDECK_READY_FILE": folder.file("ready"), "TAPEDECK_MONGO_URI": try TestServers.mongoURI(),
                    "TAPEDECK_DATABASE": TestServers.uniqueDatabase(),
                ], folder: folder.path, limit: .seconds(300))
            let outputs = outcome.output.components(separatedBy: "\(mark)\n")
            #expect(outputs.count == examples.count + 1, "\(outcome.diagnostics)")
            for (example, output) in zip(examples, outputs) {
                let expected = example.lines.map { $0 + "\n" }.joined()
                #expect(
                    Self.matches(output, expected), "$ \(example.command)\nprinted:\n\(output)\nexpected:\n\(expected)")
            }
            #expect(!outcome.diagnostics.contains("tapedeck "), "no example fails: \(outcome.diagnostics)")
        }
    }

    @Test("it names every verb and exit code")
    func itIsComplete() throws {
        let text = try String(contentsOfFile: "\(TestPaths.root)/README.md", encoding: .utf8)
        for verb in HelpTests.verbs {
            let last = verb.split(separator: " ").last ?? ""
            #expect(text.contains("`\(verb)`") || text.contains("`\(last)`"), "\(verb)")
        }
        for code in ["| 0 |", "| 1 |", "| 2 |", "| 3 |", "| 4 |", "| 130, 143 |"] { #expect(text.contains(code)) }
    }

    /// A port that was free a moment ago.
    private func freePort() throws -> Int {
        try withBroker { address in Int(address.split(separator: ":")[1]) ?? 0 }
    }
}
