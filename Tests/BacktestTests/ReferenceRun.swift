import Forecast
import Foundation
import Tape
import TradeModel

@testable import Backtest

/// A plain second implementation of the run: one symbol after the other, everything in memory, no streaming.
struct ReferenceRun {
    /// One scored point with all that scoring needs.
    struct Point {
        var prediction: Prediction
        var scale: Double
        var squareScale: Double
        var index: Int
    }

    /// Plain sums of one-trade moves.
    struct Scale {
        var last: Double?
        var absolute = 0.0
        var square = 0.0
        var moves = 0.0
        var trades = 0

        mutating func add(_ price: Double) {
            if let last {
                absolute += abs(price - last)
                square += (price - last) * (price - last)
                moves += 1
            }
            last = price
            trades += 1
        }
    }

    var rows: [PredictionRow] = []
    var points: [String: [Point]] = [:]
    var pending: [PredictionRow] = []

    /// Runs; `endsStreams` says whether what is pending at the end is censored, as an end marker does.
    init(
        _ tapes: [String], configuration: ForecastConfiguration = ForecastConfiguration(),
        models: [ForecastModel] = [.ols] + ForecastModel.baselines, endsStreams: Bool = true
    ) throws {
        let reader = try TapeReader(paths: tapes)
        var decoder = FinnhubFrameDecoder()
        var states: [String: SymbolForecast] = [:]
        var scales: [String: Scale] = [:]
        var frozen: [String: [(Double, Double, Int)]] = [:]
        var events: [ForecastEvent] = []
        func take(_ symbol: String) {
            for event in events {
                switch event {
                case .boundary: scales[symbol, default: Scale()].last = nil
                case .eligible(let price, _): scales[symbol, default: Scale()].add(price)
                case .origin:
                    let sums = scales[symbol] ?? Scale()
                    let n = max(1, sums.moves)
                    frozen[symbol, default: []].append((sums.absolute / n, sums.square / n, sums.trades))
                case .refusedOrigin: break
                case .resolved(let prediction):
                    let scale = frozen[symbol]?.removeFirst() ?? (0, 0, 0)
                    rows.append(PredictionRow(prediction, symbol: symbol, level: configuration.level))
                    if prediction.outcome == .scored {
                        points[symbol, default: []].append(
                            Point(prediction: prediction, scale: scale.0, squareScale: scale.1, index: scale.2))
                    }
                }
            }
            events = []
        }
        while let batch = try reader.next() {
            for line in batch.lines where line.kind == .frame {
                guard case .trades = try decoder.decode(batch.text.span.extracting(line.body)) else { continue }
                for framed in decoder.trades {
                    let symbol = framed.trade.symbol
                    var state = states[symbol] ?? SymbolForecast(configuration: configuration, models: models)
                    _ = state.handle(
                        Observation(
                            trade: framed.trade,
                            identity: .tape(stream: batch.header.stream, sequence: line.sequence, index: framed.index),
                            receive: line.receive, stream: batch.header.stream, segment: line.segment), into: &events)
                    states[symbol] = state
                    take(symbol)
                }
            }
        }
        for (symbol, state) in states {
            var state = state
            if !endsStreams {
                pending += state.parts.pending.map {
                    PredictionRow(
                        origin: $0.origin.text, symbol: symbol, originTime: $0.time, originPrice: $0.price, target: nil,
                        targetTime: nil, actual: nil, predicted: $0.forecasts[0].predicted, low: $0.forecasts[0].low,
                        high: $0.forecasts[0].high, level: configuration.level, error: nil, status: "pending",
                        reason: nil)
                }
                continue
            }
            state.censor(.end, into: &events)
            take(symbol)
        }
    }
}

/// Stored predictions in memory, in an order of their own.
struct MemoryStore: StoredPredictions {
    var rows: [String: PredictionRow]
    var waiting: [PredictionRow] = []

    init(_ rows: [PredictionRow]) {
        self.rows = Dictionary(rows.map { ($0.origin, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func predictions(model: String, origins: [String]) -> [PredictionRow] {
        origins.reversed().compactMap { rows[$0] }
    }
    func pending(model: String) -> [PredictionRow] { waiting }
    func count(model: String) -> Int { rows.count }
}
