import Forecast
import Foundation
import TradeModel

/// How long one eligible trade takes in `SymbolForecast`, every trade an origin.
enum ForecastBenchmark {
    static let benchmark = Benchmarks.Case(
        name: "forecast", usage: "[MODELS, comma-separated, or all] [HORIZON] [ROUNDS]", run: run)

    private static let trades = 200_000

    /// Prints ns of processor time a trade for each round of 200,000 trades, then median and best.
    ///
    /// Processor time, because a busy machine stretches the wall's.
    @Sendable private static func run(_ arguments: [String]) throws {
        var models: [ForecastModel] = [.ols] + ForecastModel.baselines
        if let list = arguments.first, list != "all" {
            models = list.split(separator: ",").compactMap { ForecastModel(rawValue: String($0)) }
        }
        var configuration = ForecastConfiguration()
        if arguments.count > 1 { configuration.horizon = try Horizon(parsing: arguments[1]) }
        configuration.every = .trades(1)
        try configuration.validate()
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 11 : 11
        let market = market()
        var times: [Double] = []
        var events: [ForecastEvent] = []
        for _ in 0..<rounds {
            var forecast = SymbolForecast(configuration: configuration, models: models)
            let start = processorTime()
            for trade in market {
                events.removeAll(keepingCapacity: true)
                _ = forecast.handle(trade, into: &events)
            }
            times.append((processorTime() - start) * 1e9 / Double(trades))
            print("\(forecast.counts.scored) scored, \(Int(times[times.count - 1])) ns a trade")
        }
        times.sort()
        print("\(models.map(\.rawValue)): median \(Int(times[rounds / 2])) ns, best \(Int(times[0])) ns a trade")
    }

    /// A walk of cents with one trade every 20 ms.
    private static func market() -> [Observation] {
        var state: UInt64 = 1
        var cents = 19_000
        var time: Int64 = 1_723_120_000_000
        return (0..<trades).map { place in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let random = state >> 33
            time += Int64(random % 40)
            cents += Int(random >> 8 & 3) - 1 - Int(random >> 10 & 1)
            return Observation(
                identity: .tape(stream: "20240808T123456Z-benchmark", sequence: Int64(place), index: 0),
                price: Double(cents) / 100, volume: Double(1 + random >> 12 & 255) / 4, time: time,
                conditions: .regular, receive: time * 1_000_000, stream: "20240808T123456Z-benchmark", segment: 0)
        }
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
