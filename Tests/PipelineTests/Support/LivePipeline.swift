import Diagnostics
import Foundation
import JSONText
import Mongo
import Synchronization
import TestSupport

@testable import Pipeline

/// A database of its own with pipelines that write to it.
final class LivePipeline: Sendable {
    let configuration: PipelineConfiguration
    let pool: MongoPool

    /// Makes a database; `change` sets options beside brokers, topic and database.
    init(topic: String, _ change: (inout PipelineConfiguration) -> Void = { _ in }) throws {
        var configuration = PipelineConfiguration()
        configuration.kafka.brokers = try LiveBroker.address()
        configuration.topic = topic
        configuration.mongo = try TestServers.mongoConfiguration()
        configuration.untilEnd = true
        configuration.sessionTimeout = .seconds(6)
        configuration.forecast.warmup = 20
        change(&configuration)
        self.configuration = configuration
        pool = try MongoPool(configuration.mongo)
    }

    deinit { try? pool.dropDatabase() }

    /// Runs a member to its end on a thread of its own.
    @discardableResult
    func run(_ change: @Sendable @escaping (inout PipelineConfiguration) -> Void = { _ in }) async throws
        -> PipelineSummary
    {
        var configuration = configuration
        change(&configuration)
        let final = configuration
        return try await onThread {
            try PipelineRun(configuration: final, log: LivePipeline.log, environment: [:]).run()
        }
    }

    /// What is stored, as lines.
    func dump() throws -> [String] {
        var lines: [String] = []
        try PipelineDump(pool: pool).write { lines.append($0) }
        return lines
    }

    /// Shows warnings of a run when `TAPEDECK_TEST_LOG` is set.
    static let log: Log = {
        guard ProcessInfo.processInfo.environment["TAPEDECK_TEST_LOG"] != nil else { return .silent }
        return Log(level: .info) { level, event, fields in
            let text = fields.map { "\($0.0)=\($0.1.canonical)" }.joined(separator: " ")
            FileHandle.standardError.write(Data("[\(level)] \(event) \(text)\n".utf8))
        }
    }()
}

/// Where two dumps differ first, for messages.
func firstDifference(_ left: [String], _ right: [String]) -> String? {
    for (a, b) in zip(left, right) where a != b { return "\(a.prefix(400))\n    ≠ \(b.prefix(400))" }
    return left.count == right.count ? nil : "\(left.count) lines ≠ \(right.count) lines"
}
