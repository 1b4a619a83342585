import Mongo
import Testing

@testable import Pipeline

/// What follows from the rules alone, where a comparison of two runs of the same code would see nothing.
@Suite struct PartitionEngineTests {
    static func engine(
        _ change: (inout CheckpointDocument) -> Void = { _ in }, states: [StateDocument] = []
    ) throws -> PartitionEngine<ToyForecaster> {
        var checkpoint = CheckpointDocument(
            ClaimRequest(id: "g|raw|0", cluster: "c", partitions: 1, model: "toy:1", owner: "me", start: 0))
        change(&checkpoint)
        return try PartitionEngine<ToyForecaster>(
            ClaimedPartition(
                tag: ClaimTag(partition: 0, serial: 1), checkpoint: checkpoint, states: states, refusals: [], low: 0,
                high: 99),
            settings: EngineSettings(
                topic: "raw", partition: 0, checkpoint: "g|raw|0", model: "toy:1", horizon: "2", level: 0.9,
                version: "test", forecaster: 0))
    }

    static func handle(
        _ records: [ScheduleRecord], in engine: inout PartitionEngine<ToyForecaster>, from offset: Int64 = 0,
        found: [TradeKey: StoredPlace] = [:]
    ) {
        var reader = RecordReader(partitions: 1)
        for (index, record) in records.enumerated() {
            engine.handle(reader.read(record.record(offset: offset + Int64(index))), found: found)
        }
    }

    static func trade(_ sequence: Int64, _ symbol: String = "a", time: Int64? = nil) -> ScheduleRecord {
        .trade(stream: "S", sequence: sequence, symbol: symbol, time: time ?? 10 + sequence, price: Int(sequence))
    }

    static func ids(_ buffer: DocumentBuffer) throws -> [String] {
        try (0..<buffer.count).map { try BSONDocument(validating: buffer.document($0)).string("_id") }
    }

    @Test func siblingsOfAFrameAreAllStored() throws {
        var engine = try Self.engine()
        Self.handle(
            [.frame((0..<10).map { .init(symbol: "a", time: 10 + $0, price: 5) })], in: &engine)
        #expect(engine.batch.trades.count == 10)
        #expect(engine.counts.trades == 10)
        #expect(try Set(Self.ids(engine.batch.trades)).count == 10)
    }

    @Test func anOmittedMiddleThatComesLateIsABackfillAndChangesOnlyItsCount() throws {
        var engine = try Self.engine()
        Self.handle([Self.trade(1), Self.trade(2), Self.trade(4), Self.trade(5)], in: &engine)
        let before = engine.states[0].forecaster.parts
        #expect(engine.questions([]).isEmpty)
        Self.handle([Self.trade(3)], in: &engine, from: 4)
        #expect(engine.batch.trades.count == 5)
        #expect(engine.batch.flags == [TradeFlagUpdate(id: "S|000000000003|000", flag: "backfill")])
        var after = engine.states[0].forecaster.parts
        #expect(after.counts.backfill == 1)
        after.counts.backfill = 0
        #expect(after == before)
        #expect(engine.states[0].offset == 4)
        #expect(engine.states[0].last?.sequence == 5)
        #expect(engine.marks["S"]?.top == .init(sequence: 5, index: 0))
    }

    @Test func belowTheMarkButNewToItsSymbolIsOrdinary() throws {
        var engine = try Self.engine()
        Self.handle([Self.trade(5, "b"), Self.trade(3, "a")], in: &engine)
        #expect(engine.batch.flags.isEmpty)
        #expect(engine.states.map(\.forecaster.parts.n) == [1, 1])
    }

    @Test func onlyIdentitiesAtOrBelowTheMarkAreAskedFor() throws {
        var engine = try Self.engine()
        Self.handle([Self.trade(3)], in: &engine)
        var reader = RecordReader(partitions: 1)
        let next = [
            Self.trade(2), Self.trade(4), Self.trade(4), Self.trade(5), .bad(stream: "S", sequence: 9), Self.trade(6),
        ]
        .enumerated().map { reader.read($1.record(offset: Int64($0) + 1)) }
        #expect(engine.questions(next).map(\.sequence) == [2, 4])
    }

    @Test func aTradeStoredByThisVeryOffsetIsNoDuplicate() throws {
        let key = TradeKey(stream: "S", sequence: 2, index: 0)
        for (place, duplicates) in [
            (StoredPlace.here(offset: 1), Int64(0)), (.here(offset: 0), 1), (.elsewhere, 1),
        ] {
            var engine = try Self.engine()
            Self.handle([Self.trade(5, "b")], in: &engine)
            Self.handle([Self.trade(2)], in: &engine, from: 1, found: [key: place])
            #expect(engine.counts.duplicates == duplicates, "\(place)")
            #expect(engine.batch.trades.count == 2 - Int(duplicates))
        }
    }

    @Test func theFirstEndMarkerCensorsItsStreamAndLaterOnesDoNothing() throws {
        var engine = try Self.engine()
        Self.handle([Self.trade(1, "b"), Self.trade(2, "a"), .end(stream: "T"), .end(stream: "S")], in: &engine)
        #expect(try Self.ids(engine.batch.predictions) == ["S|000000000002|000|toy:1", "S|000000000001|000|toy:1"])
        #expect(engine.marks["S"]?.end == 3)
        #expect(engine.states.map(\.offset) == [3, 3])
        Self.handle([Self.trade(3), .end(stream: "S")], in: &engine, from: 4)
        #expect(engine.batch.predictions.count == 2)
        #expect(engine.marks["S"]?.end == 3)
    }

    @Test func recordsAtOrBelowTheStateWriteNothingButCount() throws {
        var first = try Self.engine()
        Self.handle([Self.trade(1), Self.trade(2), Self.trade(3)], in: &first)
        let image = try #require(first.close().checkpoint)
        // The states were written, the checkpoint was not.
        var second = try Self.engine(states: image.states)
        Self.handle([Self.trade(1), Self.trade(2), Self.trade(3), Self.trade(4)], in: &second)
        #expect(try Self.ids(second.batch.trades) == ["S|000000000004|000"])
        #expect(second.counts.trades == 4)
        // A crashed run's state is written again, though nothing changed it.
        var third = try Self.engine(states: image.states)
        Self.handle([.ping], in: &third)
        #expect(third.close().checkpoint?.states == image.states)
    }

    @Test func aGapCensorsWhatIsPendingAtEveryClaim() throws {
        var first = try Self.engine()
        Self.handle([Self.trade(1), Self.trade(2)], in: &first)
        let image = try #require(first.close().checkpoint)
        for _ in 0..<2 {
            let engine = try Self.engine(
                {
                    $0.nextOffset = 9
                    $0.gaps = [LogGap(from: 2, to: 9, at: 5)]
                }, states: image.states)
            #expect(engine.batch.predictions.count == 2)
            #expect(engine.states[0].offset == 8)
            #expect(engine.hasGaps)
        }
    }
}
