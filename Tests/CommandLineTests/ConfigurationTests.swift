import Foundation
import TestSupport
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    private func setting(_ name: String, in outcome: Tapedeck.Outcome) -> (value: String, origin: String)? {
        let lines = outcome.outputLines
        guard let index = lines.firstIndex(where: { $0.hasPrefix("\(name)=") }), index > 0 else { return nil }
        return (String(lines[index].dropFirst(name.count + 1)), String(lines[index - 1].dropFirst(2)))
    }

    @Test("flag over environment over file over default")
    func theFirstThatSpeaksWins() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "# of all verbs\nTAPEDECK_TOPIC=from_file\nTAPEDECK_GROUP = 'from file?'\n; TAPEDECK_DATABASE=no\n\n"
                + "TAPEDECK_BATCH_RECORDS=77\nTAPEDECK_BATCH_RECORDS=78\nJAVA_HOME=/usr\nTAPEDECK_SPEED=max\n",
            to: "settings")
        _ = try folder.write("x\n", to: "other")
        let arguments = ["pipeline", "--print-config", "--config", file, "--topic", "from_flag"]
        let refused = try Tapedeck.run(arguments)
        #expect(refused.status == 2 && refused.diagnostics.contains("TAPEDECK_GROUP"))  // a group with a blank
        try "TAPEDECK_TOPIC=from_file\nTAPEDECK_GROUP=\"g\"\nTAPEDECK_BATCH_RECORDS=77\nTAPEDECK_BATCH_RECORDS=78\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try Tapedeck.run(
            arguments, environment: ["TAPEDECK_TOPIC": "from_environment", "TAPEDECK_DATABASE": "from_environment"])
        #expect(outcome.status == 0, "\(outcome.diagnostics)")
        #expect(try #require(setting("TAPEDECK_TOPIC", in: outcome)) == ("from_flag", "flag"))
        #expect(
            try #require(setting("TAPEDECK_DATABASE", in: outcome)) == (
                "from_environment", "environment TAPEDECK_DATABASE"
            ))
        #expect(try #require(setting("TAPEDECK_GROUP", in: outcome)) == ("g", "\(file), line 2"))
        #expect(try #require(setting("TAPEDECK_BATCH_RECORDS", in: outcome)) == ("78", "\(file), line 4"))
        #expect(try #require(setting("TAPEDECK_BROKERS", in: outcome)) == ("127.0.0.1:9092", "default"))
    }

    @Test("what --print-config prints can be read back")
    func thePrintedConfigurationIsAConfiguration() throws {
        let folder = try TemporaryFolder()
        let arguments = ["pipeline", "--print-config", "--horizon", "5s", "--memory", "128MiB", "--until-end"]
        let first = try Tapedeck.run(arguments)
        let file = try folder.write(first.output.replacing("TAPEDECK_MONGO_URI=***", with: ""), to: "settings")
        let second = try Tapedeck.run(["pipeline", "--print-config", "--config", file])
        #expect(second.status == 0, "\(second.diagnostics)")
        let values = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("TAPEDECK_") } }
        #expect(values(first.output) == values(second.output))
    }

    @Test("each setting also comes from a file that a variable names")
    func aFileCanHoldAValue() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.write("mongodb://u:hunter2@h:1/\n", to: "uri")
        let topic = try folder.write("from_file\n", to: "topic")
        let outcome = try Tapedeck.run(
            ["pipeline", "--print-config"],
            environment: ["TAPEDECK_MONGO_URI_FILE": secret, "TAPEDECK_TOPIC_FILE": topic])
        #expect(outcome.status == 0, "\(outcome.diagnostics)")
        #expect(try #require(setting("TAPEDECK_TOPIC", in: outcome)).value == "from_file")
        #expect(
            try #require(setting("TAPEDECK_MONGO_URI", in: outcome)) == ("***", "environment TAPEDECK_MONGO_URI_FILE"))
        let both = try Tapedeck.run(
            ["pipeline", "--print-config"], environment: ["TAPEDECK_TOPIC_FILE": topic, "TAPEDECK_TOPIC": "t"])
        #expect(both.status == 2 && both.diagnostics.contains("both set"))
        let missing = try Tapedeck.run(["pipeline"], environment: ["TAPEDECK_MONGO_URI_FILE": folder.file("none")])
        #expect(missing.status == 2 && missing.diagnostics.contains("TAPEDECK_MONGO_URI_FILE"))
        #expect(missing.diagnostics.contains(folder.file("none")))
    }

    @Test("secrets print as three stars, whatever they come from")
    func secretsAreHidden() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "TAPEDECK_MONGO_URI=mongodb://u:hunter2@h\nTAPEDECK_KAFKA_OPTION=sasl.password=hunter2\n"
                + "TAPEDECK_KAFKA_OPTION=linger.ms=7\nTAPEDECK_KAFKA_OPTION=ssl.key.password=hunter2\n", to: "settings")
        for extra in [[], ["--json"]] {
            let outcome = try Tapedeck.run(["pipeline", "--print-config", "--config", file] + extra)
            #expect(outcome.status == 0, "\(outcome.diagnostics)")
            #expect(!outcome.output.contains("hunter2"))
            #expect(outcome.output.contains("linger.ms=7"))
            #expect(outcome.output.contains("sasl.password=***"))
        }
    }

    @Test(
        "a file that cannot be meant is refused with its line",
        arguments: [
            (
                "TAPEDECK_TOPIC=ok\nTAPEDECK_TOPCI=x\n",
                "line 2: unknown setting TAPEDECK_TOPCI: did you mean TAPEDECK_TOPIC?"
            ),
            ("just words\n", "line 1: not KEY=VALUE"), ("\n\nTAPEDECK_TOPIC=\"open\n", "line 3: a quotation mark"),
            ("TAPEDECK_HORIZON=none\n", "line 1, TAPEDECK_HORIZON: 'none' is not accepted"),
        ])
    func aBadFileIsRefused(_ text: String, _ message: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(text, to: "settings")
        let outcome = try Tapedeck.run(["pipeline", "--config", file])
        #expect(outcome.status == 2)
        #expect(outcome.diagnostics.contains("\(file), \(message)"), "\(outcome.diagnostics)")
    }

    @Test("a configuration file that is not there is named")
    func aMissingFileIsNamed() throws {
        let outcome = try Tapedeck.run(["pipeline", "--config", "/nowhere/settings"])
        #expect(outcome.status == 2)
        #expect(
            outcome.diagnostics == "tapedeck pipeline: --config: /nowhere/settings: no such file: correct the path\n")
    }
}
