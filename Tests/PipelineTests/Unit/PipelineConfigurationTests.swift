import Mongo
import Testing

@testable import Pipeline

@Suite struct PipelineConfigurationTests {
    @Test func theDefaultsAreValid() throws {
        try PipelineConfiguration().validate()
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var flag: String
        var change: @Sendable (inout PipelineConfiguration) -> Void
        var testDescription: String { flag }
    }

    @Test(arguments: [
        Bad(flag: "--topic") { $0.topic = "a b" }, Bad(flag: "--topic") { $0.topic = "" },
        Bad(flag: "--group") { $0.group = "" }, Bad(flag: "--batch-records") { $0.batchRecords = 0 },
        Bad(flag: "--batch-bytes") { $0.batchBytes = 1 },
        Bad(flag: "--checkpoint-interval") { $0.checkpointInterval = .zero },
        Bad(flag: "--checkpoint-records") { $0.checkpointRecords = 0 }, Bad(flag: "--memory") { $0.memory = 1 },
        Bad(flag: "--claim-budget") { $0.claimBudget = .zero },
        Bad(flag: "--revoke-budget") { $0.revokeBudget = .zero },
        Bad(flag: "--drain-budget") { $0.drainBudget = .zero }, Bad(flag: "--stop-after") { $0.stopAfter = 0 },
        Bad(flag: "--from") { $0.from = .offset(-1) }, Bad(flag: "--max-pending") { $0.forecast.maxPending = 0 },
        Bad(flag: "partition.assignment.strategy") {
            $0.kafka.options = [("partition.assignment.strategy", "cooperative-sticky")]
        },
    ])
    func badValuesAreRefusedByName(_ bad: Bad) {
        var configuration = PipelineConfiguration()
        bad.change(&configuration)
        do {
            try configuration.validate()
            Issue.record("accepted")
        } catch {
            #expect(error.kind == .usage)
            #expect(error.message.contains(bad.flag), "\(error.message)")
            #expect(!error.message.contains("\n"))
        }
    }

    @Test func aFailPointIsReadFromItsText() throws {
        #expect(try !FailPoints(parsing: nil).isArmed(.midStates, at: 5))
        let points = try FailPoints(parsing: "mid-states@5")
        #expect(!points.isArmed(.midStates, at: 4))
        #expect(points.isArmed(.midStates, at: 5) && points.isArmed(.midStates, at: 6))
        #expect(!points.isArmed(.lostAck, at: 6) && !points.isArmed(.midStates, at: nil))
        for text in ["mid-states", "x@1", "mid-states@", "mid-states@x"] {
            #expect(throws: PipelineError.self) { try FailPoints(parsing: text) }
        }
    }

    @Test func onlyDuplicatesAreToldAsSuch() {
        var summary = PipelineSummary()
        #expect(summary.onlyDuplicates == nil)
        var delta = RunDelta()
        delta.duplicates = ["b": 2, "a": 3]
        summary.add(delta)
        #expect(summary.onlyDuplicates?.contains("all 5 trades were stored already as stream a, b") == true)
        #expect(!summary.hasLoss)
        delta = RunDelta()
        delta.trades = ["X": 1]
        delta.dead = ["not_json": 1]
        summary.add(delta)
        #expect(summary.onlyDuplicates == nil)
        #expect(summary.hasLoss)
    }

    @Test func aDumpLineLeavesOutWhatMayDiffer() {
        let document: BSONDocument = [
            "_id": "x", "p": 0.1, "z": .double(-0.0), "c": ["1"], "k": ["of": 1], "of": 5, "at": .date(9), "epoch": 3,
            "owner": "me", "b": .binary([1, 255], subtype: 0), "nested": ["of": 2, "n": nil],
        ]
        #expect(
            PipelineDump.line(document, collection: "states")
                == #"{"_id":"x","b":"01ff","c":["1"],"collection":"states","nested":{"n":null,"of":2},"p":0.1,"z":"-0.0"}"#
        )
    }
}
