import Foundation
import JSONText
import Kafka
import Mongo

/// The whole system once: tape, Kafka, pipeline, MongoDB, backtest, and the proof that both ends agree.
final class Demonstration {
    /// What was found; each of the checks must hold.
    struct Result {
        var stream = ""
        /// Trades at each station of their way.
        var counts: [(name: String, trades: Int)] = []
        var comparison = ""
        var comparisonHolds = false
        var table = ""
        var report = ""

        /// Whether no trade was lost or made on the way.
        var countsAgree: Bool { Set(counts.map(\.trades)).count == 1 && (counts.first?.trades ?? 0) > 0 }

        /// Whether everything holds that the demonstration is to show.
        var holds: Bool { countsAgree && comparisonHolds }

        /// The counts in one line, such as `tape 2 = published 2 = acknowledged 2 = trades in MongoDB 2`.
        var countsText: String {
            let joint = countsAgree ? " = " : ", "
            return counts.map { "\($0.name) \($0.trades)" }.joined(separator: joint)
                + (countsAgree ? "" : ": NOT EQUAL")
        }

        /// For `--json`.
        var json: JSONValue {
            [
                "stream": .string(stream), "holds": .bool(holds), "report": .string(report),
                "counts": .object(
                    Dictionary(counts.map { ($0.name, JSONValue($0.trades)) }, uniquingKeysWith: { first, _ in first })),
                "comparison": .string(comparison), "predictionsEqual": .bool(comparisonHolds),
            ]
        }
    }

    private let tapes: [String]
    private let servers: DemoServers
    private let folder: DemoFolder
    private let steps: DemoSteps
    private let name: String
    private let say: (String, String) throws -> Void

    /// Prepares a demonstration under a name of its own, so that nothing else on the servers is touched.
    init(
        tapes: [String], servers: DemoServers, folder: DemoFolder, steps: DemoSteps, name: String,
        say: @escaping (String, String) throws -> Void
    ) {
        self.tapes = tapes
        self.servers = servers
        self.folder = folder
        self.steps = steps
        self.name = name
        self.say = say
    }

    /// The settings that all verbs of a demonstration share.
    static func settings(_ servers: DemoServers, name: String) -> [String: String] {
        [
            "TAPEDECK_BROKERS": servers.brokers, "TAPEDECK_TOPIC": name, "TAPEDECK_GROUP": name,
            "TAPEDECK_MONGO_URI": servers.mongoURI, "TAPEDECK_DATABASE": name, "TAPEDECK_WAIT_FOR_SERVERS": "30s",
        ]
    }

    /// Runs it; blocks.
    func run() throws -> Result {
        var result = Result()
        let info = try steps.run("tape-info", ["tape", "info", "--json", "--"] + tapes).json()
        result.stream = info["stream"] as? String ?? ""
        result.counts.append(("tape", info["trades"] as? Int ?? 0))
        try say("tape", "\(tapes.joined(separator: " ")): \(result.counts[0].trades) trades of stream \(result.stream)")
        let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: servers.brokers))
        let partitions = try admin.createTopic(name, partitions: 4, within: .seconds(30))
        try say("topic", "\(name), \(partitions) partitions")
        try replayThroughPipeline(&result)
        try countStored(&result)
        try backtest(&result)
        return result
    }

    /// Both at once, as a live system would run.
    private func replayThroughPipeline(_ result: inout Result) throws {
        let pipeline = try steps.start("pipeline", ["pipeline", "--json", "--until-marker", result.stream])
        let replay: DemoSteps.Outcome
        do {
            let arguments = ["replay", "--json", "--speed", "max", "--end-marker", "--"] + tapes
            replay = try steps.run("replay", arguments, accepted: [0, 3])
        } catch {
            // Without a replay there is no marker to wait for.
            pipeline.signal(SIGTERM)
            _ = pipeline.wait()
            throw error
        }
        let report = try replay.json()
        let symbols = (report["symbols"] as? [String: [String: Any]] ?? [:]).values
        let published = symbols.reduce(0) { $0 + ($1["published"] as? Int ?? 0) }
        let acknowledged = symbols.reduce(0) { $0 + ($1["acked"] as? Int ?? 0) }
        result.counts += [("published", published), ("acknowledged", acknowledged)]
        try say("replay", "\(published) published, \(acknowledged) acknowledged")
        let summary = try steps.wait(pipeline, "pipeline", accepted: [0, 3]).json()
        let records = summary["records"] as? Int ?? 0
        let predictions = summary["predictionsInserted"] as? Int ?? 0
        try say("pipeline", "\(records) records handled, \(predictions) predictions stored")
    }

    private func countStored(_ result: inout Result) throws {
        let pool = try MongoPool(MongoConfiguration(uri: servers.mongoURI, database: name))
        result.counts.append(("trades in MongoDB", try pool.collection("trades").countDocuments()))
    }

    private func backtest(_ result: inout Result) throws {
        result.report = folder.file("report.html")
        let json = folder.file("report.json")
        let arguments = [
            "backtest", "--against", "mongodb", "--output", result.report, "--output", json, "--",
        ]
        // 4: the comparison does not hold; which is for us to say.
        let outcome = try steps.run("backtest", arguments + tapes, accepted: [0, 3, 4])
        result.table =
            FileManager.default.contents(atPath: outcome.output).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let report = DemoSteps.Outcome(verb: "backtest", status: 0, output: json, log: outcome.log)
        guard let comparison = try report.json()["comparison"] as? [String: Any] else {
            throw CommandFailure("backtest made no comparison: see \(outcome.log)")
        }
        func count(_ key: String) -> Int { comparison[key] as? Int ?? 0 }
        result.comparisonHolds = comparison["holds"] as? Bool ?? false
        result.comparison =
            "\(count("equal")) predictions of the pipeline equal the backtest's bit for bit, \(count("different")) differ, "
            + "\(count("missing")) missing, \(count("extra")) extra, \(count("pending")) pending"
        if let first = comparison["first_difference"] as? String { result.comparison += "; first difference: \(first)" }
    }
}
