import Forecast
import Kafka
import Mongo
import Pipeline

/// The options of `tapedeck pipeline`, with the defaults of the library.
enum PipelineOptions {
    private static let standard = PipelineConfiguration()
    private static let budgets = Duration.milliseconds(100)...(.seconds(3600))

    static let group = CommandOption(
        "group", .group, default: standard.group, help: "consumer group; names the checkpoints")
    static let untilEnd = CommandOption(
        switch: "until-end", help: "stop at the ends that the partitions have at the start")
    static let untilMarker = CommandOption(
        "until-marker", .stream, help: "stop once the end marker of this stream was handled in every partition")
    static let from = CommandOption(
        "from", .start, default: "earliest", help: "where a partition without a checkpoint starts")
    static let onDataLoss = CommandOption(
        "on-data-loss", ValueKind<PipelineConfiguration.DataLoss>.choice("ACTION"),
        default: standard.onDataLoss.rawValue,
        usual: false, help: "when Kafka lost records that were not handled: stop, or skip and record the gap")
    static let stopAfter = CommandOption(
        "stop-after", .integer64("N", 1...Int64.max), usual: false,
        help: "stop with a checkpoint after exactly N records")
    static let batchRecords = CommandOption(
        "batch-records", .integer("N", 1...1_000_000), default: "\(standard.batchRecords)", usual: false,
        help: "records gathered for one flush at most")
    static let batchBytes = CommandOption(
        "batch-bytes", .size(1_024...(1 << 30)), default: SizeText.shown(standard.batchBytes), usual: false,
        help: "bytes of records and outputs gathered for one flush at most")
    static let checkpointInterval = CommandOption(
        "checkpoint-interval", .duration(.milliseconds(1)...(.seconds(86_400))),
        default: DurationText.shown(standard.checkpointInterval), usual: false,
        help: "a checkpoint is due this long after the first record that it does not cover")
    static let checkpointRecords = CommandOption(
        "checkpoint-records", .integer("N", 1...100_000_000), default: "\(standard.checkpointRecords)", usual: false,
        help: "records that a checkpoint covers at most")
    static let memory = CommandOption(
        "memory", .size((4 << 20)...(1 << 40)), default: SizeText.shown(standard.memory), usual: false,
        help: "bytes of records, outputs and checkpoints held at most, beside Kafka's fetch queue")
    static let claimBudget = CommandOption(
        "claim-budget", .duration(budgets), default: DurationText.shown(standard.claimBudget), usual: false,
        help: "limit for claiming assigned partitions")
    static let revokeBudget = CommandOption(
        "revoke-budget", .duration(budgets), default: DurationText.shown(standard.revokeBudget), usual: false,
        help: "limit for flushing partitions that are given up")
    static let drainBudget = CommandOption(
        "drain-budget", .duration(budgets), default: DurationText.shown(standard.drainBudget), usual: false,
        help: "limit for a clean end")
    static let storeTimeout = CommandOption(
        "store-timeout", .duration(.seconds(1)...(.seconds(86_400))), usual: false,
        help: "how long MongoDB may fail before the run ends (default: for ever; 60s with an end condition)")

    /// What `pipeline` and `pipeline reset` both need.
    static let place = [KafkaOptions.brokers.spec, KafkaOptions.topic.spec, group.spec, MongoOptions.database.spec]
    static let connection = [KafkaOptions.option.spec, KafkaOptions.waitForServers.spec, MongoOptions.uri.spec]

    static let specs =
        place + [untilEnd.spec, untilMarker.spec, from.spec] + ForecastOptions.specs.prefix(2)
        + [
            onDataLoss.spec, stopAfter.spec, batchRecords.spec, batchBytes.spec, checkpointInterval.spec,
            checkpointRecords.spec, memory.spec, claimBudget.spec, revokeBudget.spec, drainBudget.spec,
            storeTimeout.spec,
        ] + ForecastOptions.specs.dropFirst(2) + connection

    /// The configuration that the settings ask for.
    ///
    /// - Throws: `UsageError`, `ForecastError` or `PipelineError`, all of them usage errors.
    static func configuration(_ settings: Settings) throws -> PipelineConfiguration {
        var configuration = try placeConfiguration(settings)
        try settings.refuseBoth(untilEnd, untilMarker)
        configuration.from = settings[from]
        configuration.onDataLoss = settings[onDataLoss]
        configuration.batchRecords = settings[batchRecords]
        configuration.batchBytes = settings[batchBytes]
        configuration.checkpointInterval = settings[checkpointInterval]
        configuration.checkpointRecords = settings[checkpointRecords]
        configuration.memory = settings[memory]
        configuration.claimBudget = settings[claimBudget]
        configuration.revokeBudget = settings[revokeBudget]
        configuration.drainBudget = settings[drainBudget]
        configuration.storeTimeout = settings.value(storeTimeout)
        configuration.untilEnd = settings[untilEnd]
        configuration.untilMarker = settings.value(untilMarker)
        configuration.stopAfter = settings.value(stopAfter)
        configuration.forecast = try ForecastOptions.configuration(settings)
        try configuration.validate()
        return configuration
    }

    /// Where a pipeline's records, checkpoints and documents are.
    static func placeConfiguration(_ settings: Settings) throws -> PipelineConfiguration {
        var configuration = PipelineConfiguration()
        configuration.kafka = KafkaOptions.configuration(settings)
        configuration.topic = settings[KafkaOptions.topic]
        configuration.group = settings[group]
        configuration.mongo = MongoConfiguration(
            uri: settings[MongoOptions.uri], database: settings[MongoOptions.database])
        configuration.contactTimeout = settings[KafkaOptions.waitForServers]
        configuration.version = Versions.tapedeck
        return configuration
    }
}

extension ValueKind where Value == PipelineConfiguration.Start {
    /// Where to start.
    static let start = Self("WHERE", accepted: "earliest, latest or an offset from 0") { text in
        switch text {
        case "earliest": .earliest
        case "latest": .latest
        default: ValueKind<Int64>.integer64("N", 0...Int64.max).parse(text).map { .offset($0) }
        }
    }
}
