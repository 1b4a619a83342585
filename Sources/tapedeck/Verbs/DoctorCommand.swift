import Foundation
import JSONText
import Mongo

/// `tapedeck doctor`: what this machine and its servers need before the system can run.
enum DoctorCommand {
    static let part = CommandOption<Part>(
        "for", .choice("PART"), default: Part.all.rawValue,
        help: "look only at what this part needs")

    /// A part of the system.
    enum Part: String, CaseIterable, Sendable {
        case all, record, pipeline
    }

    static let command = Command(
        name: "doctor", summary: "check libraries, broker, MongoDB, key, clock and disk, and say what to do",
        notes: [
            "Exit code 1 if something would not work; warnings are no failure. The key is not tried: the server takes one"
                + " connection per key, and a running recording would lose it."
        ],
        examples: ["tapedeck doctor", "tapedeck doctor --for record --folder /var/lib/tapedeck --json"],
        options: [
            part.spec, RecordOptions.folder.spec, RecordOptions.minFree.spec, RecordOptions.token.spec,
            KafkaOptions.brokers.spec, KafkaOptions.topic.spec, KafkaOptions.option.spec, MongoOptions.uri.spec,
            MongoOptions.database.spec,
        ],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        try context.signals.whileListening({ ExitCode.interrupted(signal: $0).leave() }) {
            let findings = findings(context.settings)
            let isBad = findings.contains { $0.state == .bad }
            if context.wantsJSON {
                let list = JSONValue.array(findings.map(\.json))
                try context.output.line(JSONValue.object(["ok": .bool(!isBad), "findings": list]).canonical)
            } else {
                for finding in findings { try context.output.line(finding.line) }
            }
            return isBad ? .failed : .done
        }
    }

    private static func findings(_ settings: Settings) -> [Finding] {
        let part = settings[part]
        var findings = MachineChecks.libraries()
        if part != .pipeline {
            findings.append(MachineChecks.token(settings.value(RecordOptions.token)))
            let file = ProcessInfo.processInfo.environment["FINNHUB_TOKEN_FILE"]
            if let finding = MachineChecks.tokenFile(file) { findings.append(finding) }
            findings.append(MachineChecks.authorities())
            findings += MachineChecks.folder(
                settings[RecordOptions.folder], minimumFree: Int64(settings[RecordOptions.minFree]))
        }
        findings.append(MachineChecks.clock())
        findings += ServerChecks.kafka(
            KafkaOptions.configuration(settings), topic: settings[KafkaOptions.topic], within: .seconds(5))
        if part != .record {
            var mongo = MongoConfiguration(
                uri: settings[MongoOptions.uri], database: settings[MongoOptions.database])
            mongo.selectionTimeout = .seconds(5)
            findings.append(ServerChecks.mongo(mongo))
        }
        return findings
    }
}
