import Forecast

/// One worker's first pass: its symbols' scorers, its spool, its share of the comparison.
struct SymbolWorker {
    /// What it hands back.
    struct Outcome: Sendable {
        var scorers: [SymbolScorer]
        var file: SpoolFile
        var comparison: ComparisonTally?
    }

    private let setup: ScoringSetup
    private var scorers: [SymbolScorer] = []
    private var place: SpoolPlace
    private var events: [ForecastEvent] = []
    private var comparison: ComparisonTally?

    init(setup: ScoringSetup, file: SpoolFile, comparison: ComparisonTally?) {
        self.setup = setup
        place = SpoolPlace(file: file)
        self.comparison = comparison
    }

    /// Handles batches until the queue ends.
    mutating func run(_ queue: FeedQueue) throws -> Outcome {
        while let batch = queue.pop() {
            for symbol in batch.symbols { scorers.append(SymbolScorer(symbol: symbol, setup: setup)) }
            for index in batch.items.indices {
                let symbol = batch.items[index].symbol
                try scorers[symbol].handle(batch.items[index].observation, spoolingTo: &place, events: &events)
                try compare(symbol)
            }
        }
        for symbol in scorers.indices {
            try scorers[symbol].end(spoolingTo: &place, events: &events)
            try compare(symbol)
        }
        try comparison?.flush()
        return Outcome(scorers: scorers, file: place.file, comparison: comparison)
    }

    private mutating func compare(_ symbol: Int) throws {
        guard comparison != nil else { return }
        for case .resolved(let prediction) in events {
            let row = PredictionRow(prediction, symbol: scorers[symbol].symbol, level: setup.configuration.level)
            try comparison?.add(row)
        }
    }
}
