import TestSupport
import Testing

@Suite("Help")
struct HelpTests {
    static let verbs = [
        "tape info", "tape cat", "tape cut", "tape import", "simulate", "broker", "replay", "exchange", "pipeline",
        "pipeline reset",
        "backtest", "demo", "record", "doctor",
    ]

    @Test("the overview names each verb and each exit code")
    func theOverviewIsComplete() throws {
        for arguments in [["help"], ["--help"], ["-h"]] {
            let outcome = try Tapedeck.run(arguments)
            #expect(outcome.status == 0 && outcome.diagnostics.isEmpty)
            for verb in Self.verbs { #expect(outcome.output.contains("  \(verb) "), "\(verb)") }
            for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "130, 143 "] { #expect(outcome.output.contains("\n  \(code)")) }
        }
    }

    @Test("a call without a verb shows it on standard error and exits with 2")
    func noVerbIsAUsageError() throws {
        let outcome = try Tapedeck.run([])
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.diagnostics.contains("Usage: tapedeck VERB"))
    }

    @Test("each verb explains itself, with no value needed", arguments: verbs)
    func eachVerbHasHelp(_ verb: String) throws {
        let words = verb.split(separator: " ").map(String.init)
        let usual = try Tapedeck.run(words + ["--help"])
        let all = try Tapedeck.run(words + ["--help-all"])
        let asked = try Tapedeck.run(["help"] + words)
        #expect(usual.status == 0 && all.status == 0 && asked.status == 0)
        #expect(usual.diagnostics.isEmpty)
        #expect(usual.output.hasPrefix("tapedeck \(verb): "))
        #expect(asked.output == usual.output)
        for line in usual.outputLines + all.outputLines { #expect(line.count <= 120, "\(line)") }
        let own = usual.output.split(separator: "\nOptions of every verb:").first ?? ""
        let flags = own.split(separator: "\n").filter { $0.hasPrefix("  -") }
        #expect(flags.count <= 12, "\(flags.count) usual options")
        for flag in flags { #expect(all.output.contains(flag), "\(flag)") }
    }

    @Test("every option with a value states what it takes or its default", arguments: verbs)
    func optionsStateUnitAndDefault(_ verb: String) throws {
        let all = try Tapedeck.run(verb.split(separator: " ").map(String.init) + ["--help-all"])
        for option in all.output.split(separator: "\n  --").dropFirst() {
            // Name and value stand in the first line, the explanation may begin in the next.
            let head = option.prefix { $0 != "\n" }.split(separator: "  ", maxSplits: 1)[0]
            let words = head.split(separator: " ")
            guard words.count > 1, words[1] != "FILE" else { continue }
            let text = option.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains("takes "), "\(text)")
        }
    }

    @Test("the version names the program and its libraries")
    func theVersionIsComplete() throws {
        let outcome = try Tapedeck.run(["--version"])
        #expect(outcome.status == 0)
        for name in ["tapedeck", "librdkafka", "libmongoc", "libdeflate", "zlib", "jemalloc"] {
            #expect(
                outcome.outputLines.contains {
                    $0.wholeMatch(of: #/\w+ \d+\.\d+.*/#) != nil && $0.hasPrefix(name + " ")
                }, "\(name)")
        }
    }

    /// Which malloc is found first depends on the order in which libraries are linked.
    @Test("malloc is jemalloc's")
    func theHeapIsInUse() throws {
        let outcome = try Tapedeck.run(["doctor", "--json"])
        #expect(outcome.output.contains("jemalloc"))
        #expect(!outcome.output.contains("another malloc"))
    }
}
