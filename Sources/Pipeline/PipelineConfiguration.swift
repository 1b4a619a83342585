import Forecast
import Kafka
import Mongo

/// What a pipeline run reads, writes and promises (pipeline.md, section 9).
public struct PipelineConfiguration: Sendable {
    /// Where a partition without a checkpoint starts.
    public enum Start: Sendable, Equatable {
        /// At the first record that Kafka still has.
        case earliest
        /// Behind the last record.
        case latest
        /// At this offset.
        case offset(Int64)
    }

    /// What to do when Kafka has lost records that were not handled yet.
    public enum DataLoss: String, Sendable, CaseIterable {
        /// End with exit 1.
        case stop
        /// Go on behind the gap and record it; forecasts do not reach across.
        case skip
    }

    /// Brokers and librdkafka options.
    ///
    /// Default: `127.0.0.1:9092`.
    public var kafka = KafkaConfiguration()
    /// The topic.
    ///
    /// Default: `raw_data`.
    public var topic = "raw_data"
    /// The consumer group, which also names the checkpoints.
    ///
    /// Default: `tapedeck`.
    public var group = "tapedeck"
    /// MongoDB and database.
    ///
    /// Default: `mongodb://127.0.0.1:27017`, `tapedeck`.
    public var mongo = MongoConfiguration()
    /// Where a partition without a checkpoint starts.
    ///
    /// Default: `earliest`.
    public var from = Start.earliest
    /// What to do when Kafka has lost records.
    ///
    /// Default: `stop`.
    public var onDataLoss = DataLoss.stop
    /// Records gathered for one flush at most.
    ///
    /// Default: 5,000.
    public var batchRecords = 5_000
    /// Bytes of records and outputs gathered for one flush at most.
    ///
    /// Default: 4 MiB.
    public var batchBytes = 4 << 20
    /// Time after the first record that a checkpoint does not cover.
    ///
    /// Default: 1 s.
    public var checkpointInterval = Duration.seconds(1)
    /// Records that a checkpoint covers at most.
    ///
    /// Default: 50,000.
    public var checkpointRecords = 50_000
    /// Bytes of records, outputs and encoded checkpoints held at most.
    ///
    /// Default: 256 MiB.
    public var memory = 256 << 20
    /// Limit for claiming assigned partitions.
    ///
    /// Default: 60 s.
    public var claimBudget = Duration.seconds(60)
    /// Limit for flushing partitions that are given up.
    ///
    /// Default: 10 s.
    public var revokeBudget = Duration.seconds(10)
    /// Limit for a clean end.
    ///
    /// Default: 20 s.
    public var drainBudget = Duration.seconds(20)
    /// How long MongoDB may fail before the run ends; nil: for ever, but 60 s with an end condition.
    ///
    /// Default: nil.
    public var storeTimeout: Duration?
    /// Limit for the first contact with Kafka and MongoDB.
    ///
    /// Default: 10 s.
    public var contactTimeout = Duration.seconds(10)
    /// Kafka's session time-out.
    ///
    /// Default: 10 s.
    public var sessionTimeout = Duration.seconds(10)
    /// Whether to stop at the ends that the partitions had at the start.
    ///
    /// Default: no.
    public var untilEnd = false
    /// Stop once the end marker of this stream was handled in every partition.
    ///
    /// Default: nil.
    public var untilMarker: String?
    /// Stop with a checkpoint after exactly this many records.
    ///
    /// Default: nil.
    public var stopAfter: Int64?
    /// What is predicted and how.
    public var forecast = ForecastConfiguration()
    /// This program's version, for dead letters.
    ///
    /// Default: `dev`.
    public var version = "dev"

    /// The defaults.
    public init() {}

    /// Whether the run ends by itself.
    public var isBatch: Bool { untilEnd || untilMarker != nil || stopAfter != nil }

    /// `ols:<revision>`: the model and every option that can reach a prediction.
    public var model: String { "\(ForecastModel.ols.rawValue):\(forecast.revision(of: .ols))" }

    /// Refuses what cannot be.
    ///
    /// - Throws: ``PipelineError`` of kind `usage`, naming option and range.
    public func validate() throws(PipelineError) {
        func require(_ holds: Bool, _ option: String, _ accepted: String) throws(PipelineError) {
            if !holds { throw PipelineError(.usage, "\(option): must be \(accepted)") }
        }
        try require(Self.isTopic(topic), "--topic", "1 to 249 of letters, digits, '.', '_' and '-'")
        try require(!group.isEmpty && group.utf8.count <= 255, "--group", "1 to 255 bytes")
        try require((1...1_000_000).contains(batchRecords), "--batch-records", "1 to 1000000")
        try require((1_024...(1 << 30)).contains(batchBytes), "--batch-bytes", "1KiB to 1GiB")
        try require(checkpointInterval > .zero, "--checkpoint-interval", "a time above 0")
        try require(checkpointRecords >= 1, "--checkpoint-records", "1 or more")
        try require(memory >= 4 << 20, "--memory", "4MiB or more")
        try require(claimBudget > .zero, "--claim-budget", "a time above 0")
        try require(revokeBudget > .zero, "--revoke-budget", "a time above 0")
        try require(drainBudget > .zero, "--drain-budget", "a time above 0")
        if let stopAfter { try require(stopAfter >= 1, "--stop-after", "1 or more") }
        if case .offset(let offset) = from {
            try require(offset >= 0, "--from", "earliest, latest or an offset from 0")
        }
        do throws(ForecastError) {
            try forecast.validate()
        } catch {
            throw PipelineError(.usage, error.description)
        }
        do throws(KafkaError) {
            try kafka.validate(for: .consumer)
        } catch {
            throw PipelineError(.usage, error.description)
        }
    }

    private static func isTopic(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
