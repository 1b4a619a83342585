import JSONText
import Kafka
import Mongo
import Pipeline

/// `tapedeck pipeline reset`: removes what a group stored of a topic.
enum PipelineResetCommand {
    static let command = Command(
        name: "pipeline reset", summary: "delete what a group stored of a topic, so that it starts anew",
        notes: [
            "Deletes the group's checkpoints and states, and the topic's trades, dead letters and the predictions of this"
                + " model (give the pipeline's own forecast options). Tapes are the archive. Needed after a topic was made"
                + " anew. Refused while the group has members; an embedded broker cannot tell that: stop them first.",
            "Asks for no confirmation.",
        ],
        examples: ["tapedeck pipeline reset", "tapedeck pipeline reset --group five-seconds --horizon 5s"],
        options: PipelineOptions.place + ForecastOptions.specs + PipelineOptions.connection, run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        var configuration = try PipelineOptions.placeConfiguration(settings)
        configuration.forecast = try ForecastOptions.configuration(settings)
        try configuration.validate()
        let group = configuration.group
        let admin = try KafkaAdmin(configuration: configuration.kafka, log: LibraryLogs.kafka(context.log))
        let members = try admin.members(ofGroup: group, within: configuration.contactTimeout)
        guard (members ?? 0) == 0 else {
            throw CommandFailure("group \(group) has \(members ?? 0) members: stop every pipeline of the group first")
        }
        if members == nil {
            context.log.say(.warning, "members-unknown", ["why": "an embedded broker describes no groups"])
        }
        LibraryLogs.setMongo(context.log)
        var mongo = configuration.mongo
        mongo.selectionTimeout = configuration.contactTimeout
        // Deleting is repeatable: a signal may end it anywhere, and running it again finishes the work.
        return try context.signals.whileListening({ ExitCode.interrupted(signal: $0).leave() }) {
            let report = try PipelineReset(
                pool: MongoPool(mongo), topic: configuration.topic, group: group, model: configuration.model
            ).run()
            if context.wantsJSON {
                try context.output.line(report.json.canonical)
            } else {
                for (name, count) in report.deleted.sorted(by: { $0.key < $1.key }) {
                    try context.output.line("deleted \(count) of \(name)")
                }
            }
            return .done
        }
    }
}
