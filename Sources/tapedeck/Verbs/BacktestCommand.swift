import Backtest
import Diagnostics
import Forecast
import JSONText
import Mongo

/// `tapedeck backtest`: how wrong the forecasts over tapes are.
enum BacktestCommand {
    static let output = CommandOption(
        "output", short: "o", .report, repeats: true, help: "write the report here, as .html or .json by its name")
    static let failIf = CommandOption(
        "fail-if", .gate, repeats: true, help: "exit 4 if this holds or cannot be judged")
    static let minimum = CommandOption(
        "min-n", .integer("N", 1...1_000_000_000), default: "100",
        help: "a gate on '*' passes over symbols with fewer scored predictions")
    static let against = CommandOption(
        "against", .against,
        help: "compare with the predictions that the pipeline stored, bit for bit; exit 4 if any differs"
    ).hiding({ Redaction.urls(in: $0) }, unfitForFlag: { Redaction.urls(in: $0).contains(":***@") })
    static let jobs = CommandOption("jobs", .integer("N", 1...64), help: "threads (default: one per processor)")

    static let command = Command(
        name: "backtest",
        summary: "score forecasts over tapes: accuracy per symbol, against baselines, with significance",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: TapeOptions.argumentsAccepted,
        notes: [
            "Sends tapes in virtual time through the pipeline's own forecasting code. Each prediction precedes learning from"
                + " its own outcome. The report depends on tapes and options alone, never on --jobs, host or date.",
            "--fail-if '[SCOPE.][MODEL/]METRIC OP NUMBER': SCOPE is a symbol, '*' (any), micro (default) or macro; METRIC"
                + " such as mae, rmse, mase, relmae, r2_oos, da, with .lo and .hi for its 95 % bounds.",
        ],
        examples: [
            "tapedeck backtest session.jsonl.gz -o report.html",
            "tapedeck backtest session.jsonl.gz --horizon 5s --fail-if '*.relmae.lo > 1'",
            "tapedeck backtest session.jsonl.gz --against mongodb",
        ],
        options: [output.spec, failIf.spec, minimum.spec, against.spec] + ForecastOptions.specs.prefix(3)
            + [jobs.spec, MongoOptions.database.spec] + ForecastOptions.specs.dropFirst(3)
            + [
                TapeOptions.stream.spec, TapeOptions.skipBad.spec, KafkaOptions.waitForServers.spec,
                MongoOptions.uri.spec,
            ],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let progress = context.progress
        var configuration = BacktestConfiguration(
            tapes: settings.arguments, forecast: try ForecastOptions.configuration(settings))
        configuration.gates = settings.values(failIf)
        configuration.minimumPoints = settings[minimum]
        configuration.stream = settings.value(TapeOptions.stream)
        configuration.skipsBadLines = settings[TapeOptions.skipBad]
        if let jobs = settings.value(jobs) { configuration.jobs = jobs }
        let files = settings.values(output)
        for file in files { try ResultFile.check(file.path) }
        let backtest = try BacktestRun(configuration: configuration)
        // Temporary files have no name and results are renamed into place: leaving at once leaves nothing behind.
        return try context.signals.whileListening({ signal in
            progress.clear()
            ExitCode.interrupted(signal: signal).leave()
        }) {
            let stored = try settings.value(against).map { target in
                LibraryLogs.setMongo(context.log)
                return try MongoPredictions(mongo(settings, target), level: configuration.forecast.level)
            }
            let report = try backtest.run(against: stored) { show($0, context.progress) }
            context.progress.clear()
            for file in files { try ResultFile.write(file.text(of: report), to: file.path) }
            try context.output.text(context.wantsJSON ? report.json + "\n" : report.table)
            return try code(report, context)
        }
    }

    private static func mongo(_ settings: Settings, _ target: AgainstTarget) -> MongoConfiguration {
        var configuration = MongoConfiguration(
            uri: settings[MongoOptions.uri], database: settings[MongoOptions.database])
        if case .uri(let uri) = target { configuration.uri = uri }
        configuration.selectionTimeout = settings[KafkaOptions.waitForServers]
        return configuration
    }

    private static func show(_ progress: BacktestProgress, _ line: ProgressLine) {
        line.show(
            "backtest, \(progress.phase.rawValue)", done: progress.fileBytes >> 10,
            total: progress.totalBytes.map { $0 >> 10 },
            unit: "KiB", note: "\(progress.trades) trades")
    }

    /// Says in one line what keeps the exit code from 0, since the table may be long and the JSON is not for eyes.
    private static func code(_ report: BacktestReport, _ context: CommandContext) throws -> ExitCode {
        if let comparison = report.comparison, !comparison.holds {
            throw CommandFailure(
                "--against: \(comparison.text.split(separator: "\n").joined(separator: "; ")): give the pipeline's own forecast"
                    + " options and all of its tapes", code: .gate)
        }
        let failed = report.gates.filter { !$0.passed }.map(\.text)
        guard failed.isEmpty else {
            throw CommandFailure("--fail-if holds: \(failed.joined(separator: "; ")): see the report", code: .gate)
        }
        if let truncation = report.tape.truncation {
            throw CommandFailure("scored up to a fault: \(truncation)", code: .loss)
        }
        return report.exitCode == 0 ? .done : .loss
    }
}

/// Where stored predictions are.
enum AgainstTarget: Sendable, Equatable {
    /// Where `TAPEDECK_MONGO_URI` says.
    case configured
    /// At an address without a password.
    case uri(String)
}

extension ValueKind where Value == AgainstTarget {
    /// `mongodb`, or where it is.
    static let against = Self(
        "mongodb", accepted: "mongodb (at TAPEDECK_MONGO_URI), or a mongodb:// URI without password"
    ) {
        if $0 == "mongodb" { return .configured }
        return ValueKind<String>.mongoURI.parse($0).map(AgainstTarget.uri)
    }
}

/// A file that a report goes to.
struct ReportFile: Sendable, Equatable {
    /// Where.
    let path: String

    /// The report in the form that the name asks for.
    func text(of report: BacktestReport) -> String {
        path.hasSuffix(".json") ? report.json + "\n" : report.html
    }
}

extension ValueKind where Value == ReportFile {
    /// A file named after its form.
    static let report = Self("FILE", accepted: "a file whose name ends with .html or .json") { text in
        text.hasSuffix(".html") || text.hasSuffix(".json") ? ReportFile(path: text) : nil
    }
}

extension ValueKind where Value == Gate {
    /// A condition on a metric.
    static let gate = Self(
        "GATE", accepted: "[SCOPE.][MODEL/]METRIC OP NUMBER, such as 'AAPL.mase > 1' or '*.relmae.lo > 1'"
    ) { try? Gate.parse($0) }
}
