import Foundation
import Mongo

/// `tapedeck demo`: the whole system on a tape, with the proof that live and backtested predictions are the same.
enum DemoCommand {
    static let brokers = CommandOption("brokers", .brokers, help: "a Kafka that runs already (default: start one)")
    static let mongoURI = CommandOption(
        "mongo-uri", .mongoURI, help: "a MongoDB that runs already (default: start a mongod)"
    ).secret()
    static let folder = CommandOption(
        "folder", .text("DIR", accepted: "a folder that is made if missing"),
        help: "where logs and report go (default: a new folder under TMPDIR)")

    static let command = Command(
        name: "demo", summary: "run the whole system once, from tape to accuracy report, and prove that it agrees",
        argumentUsage: "[TAPE...]", argumentCount: 0...Int.max, argumentsAccepted: "the parts of one stream",
        notes: [
            "Starts a broker (the embedded one, or Apache Kafka where KAFKA_HOME names an unpacked one) and a mongod in a"
                + " folder, replays a tape at full speed, runs the pipeline until the tape's end marker and the backtest"
                + " over the same tape. Prints the accuracy per symbol and exits 4 unless the counts of trades agree at"
                + " each station and each prediction of the pipeline equals the backtest's bit for bit.",
            "Ends all that it started, also on Ctrl-C. On servers that run already it uses a topic and a database of a"
                + " name of its own; the database is dropped at the end, the topic stays.",
        ],
        examples: ["tapedeck demo", "KAFKA_HOME=~/kafka_2.13-4.0.0 tapedeck demo session.jsonl.gz"],
        options: [brokers.spec, folder.spec, mongoURI.spec],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let tapes = try settings.arguments.isEmpty ? [fixture()] : settings.arguments
        let folder = try DemoFolder(settings.value(folder))
        let say: (String, String) throws -> Void = { name, text in
            guard !context.wantsJSON, !settings[CommonOptions.quiet] else { return }
            try context.output.line(name.padding(toLength: 12, withPad: " ", startingAt: 0) + text)
            try context.output.flush()
        }
        let name = "tapedeck_demo_" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        do {
            let steps = DemoSteps(folder: folder)
            let result = try context.signals.whileListening({ _ in steps.stop() }) {
                try perform(context, tapes: tapes, folder: folder, steps: steps, name: name, say: say)
            }
            guard context.signals.received == nil else { throw CommandFailure("interrupted") }
            return try report(result, context)
        } catch {
            guard let signal = context.signals.received else { throw error }
            if settings.value(Self.folder) == nil { folder.remove() }
            return .interrupted(signal: signal)
        }
    }

    /// Starts servers, runs the demonstration, ends the servers whatever happened.
    private static func perform(
        _ context: CommandContext, tapes: [String], folder: DemoFolder, steps: DemoSteps, name: String,
        say: @escaping (String, String) throws -> Void
    ) throws -> Demonstration.Result {
        let settings = context.settings
        let kafkaHome = ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        let servers = try DemoServers(
            brokers: settings.value(brokers), mongoURI: settings.value(mongoURI), kafkaHome: kafkaHome,
            folder: folder.path)
        defer {
            servers.stop()
            folder.removeServerData()
        }
        for line in servers.lines { try say(line.name, line.text) }
        steps.use(Demonstration.settings(servers, name: name))
        let demonstration = Demonstration(
            tapes: tapes, servers: servers, folder: folder, steps: steps, name: name, say: say)
        defer {
            if settings.value(mongoURI) != nil { dropDatabase(servers, name) }
        }
        return try demonstration.run()
    }

    private static func report(_ result: Demonstration.Result, _ context: CommandContext) throws -> ExitCode {
        if context.wantsJSON {
            try context.output.line(result.json.canonical)
        } else {
            try context.output.line()
            try context.output.text(result.table)
            try context.output.line()
            try context.output.line(result.countsText)
            try context.output.line(result.comparison)
            try context.output.line("report: \(result.report)")
        }
        guard result.holds else {
            let what = result.countsAgree ? "the predictions differ" : "the counts of trades differ"
            throw CommandFailure(
                "\(what): see the lines above and the logs in \(URL(fileURLWithPath: result.report).deletingLastPathComponent().path)",
                code: .gate)
        }
        return .done
    }

    /// A database that stays behind is no reason to fail, but to say so.
    private static func dropDatabase(_ servers: DemoServers, _ name: String) {
        do {
            try MongoPool(MongoConfiguration(uri: servers.mongoURI, database: name)).dropDatabase()
        } catch {
            Terminal.write("tapedeck demo: database \(name) stays behind: drop it by hand\n")
        }
    }

    /// The tape that comes with the source: in the working folder, or above the program.
    private static func fixture() throws -> String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        for start in [FileManager.default.currentDirectoryPath, program] {
            var folder = URL(fileURLWithPath: start)
            while folder.path != "/" {
                let candidate = folder.appendingPathComponent("Fixtures/tapes/\(fixtureName)").path
                if FileManager.default.fileExists(atPath: candidate) { return candidate }
                folder.deleteLastPathComponent()
            }
        }
        throw CommandFailure("no Fixtures/tapes/\(fixtureName) here or above the program: name a tape")
    }

    private static let fixtureName = "market-four-symbols.jsonl.gz"
}
