import Testing
import TradeModel

@testable import Forecast

@Suite struct StateTests {
    static let models: [ForecastModel] = [.ols] + ForecastModel.baselines

    private static func configuration(_ horizon: String) throws -> ForecastConfiguration {
        var configuration = ForecastConfiguration()
        configuration.horizon = try Horizon(parsing: horizon)
        configuration.lambda = horizon == "10t" ? 0.99 : 1
        return configuration
    }

    @Test(arguments: ["1", "10t", "5s"], [true, false])
    func aStateStoredAnywhereContinuesBitForBit(_ horizon: String, _ asParts: Bool) throws {
        let configuration = try Self.configuration(horizon)
        let trades = TestMarket.lively(900, seed: 5)
        var whole = SymbolForecast(configuration: configuration, models: Self.models)
        let expected = TestMarket.run(&whole, trades).events
        var restarts = 0
        var withPending = 0
        var events: [ForecastEvent] = []
        var forecast = SymbolForecast(configuration: configuration, models: Self.models)
        for (place, trade) in trades.enumerated() {
            if place % 13 == 0 {
                let stored = forecast.encoded
                if asParts {
                    forecast = try SymbolForecast(
                        configuration: configuration, models: Self.models, parts: forecast.parts)
                } else {
                    forecast = try SymbolForecast(configuration: configuration, models: Self.models, encoded: stored)
                }
                #expect(forecast.encoded == stored)
                restarts += 1
                if forecast.pendingCount > 0 { withPending += 1 }
            }
            _ = forecast.handle(trade, into: &events)
        }
        #expect(restarts > 60 && withPending > 20)
        #expect(events == expected)
        #expect(forecast.encoded == whole.encoded)
        #expect(forecast.parts == whole.parts)
    }

    @Test func thePartsHoldWhatTheDocumentNames() throws {
        let configuration = try Self.configuration("10t")
        var forecast = SymbolForecast(configuration: configuration, models: [.ols])
        let empty = forecast.parts
        #expect(empty.n == 0 && empty.tau == nil && empty.segment == nil && empty.pending.isEmpty)
        _ = TestMarket.run(&forecast, TestMarket.trades((0..<100).map { 100 + Double($0 % 7) }))
        let parts = forecast.parts
        #expect(parts.n == 100 && parts.segment == 0 && parts.session == 0)
        #expect(parts.tau == TestMarket.start + 99_000)
        #expect(parts.counts.origins == 50 && parts.counts.warmup == 40)
        #expect(parts.pending.count == 10)
        #expect(parts.pending[0].origin == .tape(stream: TestMarket.stream, sequence: 91, index: 0))
        #expect(parts.pending[0].time == TestMarket.start + 90_000)
        #expect(parts.pending[0].x.count == 1 + 8 + 12 * 8)
        // 900 errors would not fit a document; 256 errors and twelve regressors do.
        #expect(parts.model.count < 4_000 && parts.windows.count < 2_600)
    }

    @Test func aHeaderlessIdentityIsStoredToo() throws {
        let configuration = try Self.configuration("5s")
        var forecast = SymbolForecast(configuration: configuration, models: [.last])
        let trades = (0..<80).map { place in
            var trade = TestMarket.trade(Int64(place), price: 5, time: TestMarket.start + 100 * Int64(place))
            trade.identity = .kafka(topic: "raw_data", partition: 3, offset: Int64(place), index: 2)
            trade.stream = nil
            trade.segment = nil
            return trade
        }
        _ = TestMarket.run(&forecast, trades)
        #expect(forecast.pendingCount > 0)
        let again = try SymbolForecast(configuration: configuration, models: [.last], encoded: forecast.encoded)
        #expect(again.parts == forecast.parts && again.stream == nil)
    }

    @Test func anotherConfigurationsStateIsRefused() throws {
        let configuration = try Self.configuration("1")
        var forecast = SymbolForecast(configuration: configuration, models: Self.models)
        _ = TestMarket.run(&forecast, TestMarket.lively(200, seed: 1))
        let stored = forecast.encoded
        #expect(throws: ForecastError.self) {
            try SymbolForecast(configuration: configuration, models: [.ols], encoded: stored)
        }
        #expect(throws: ForecastError.self) {
            try SymbolForecast(configuration: configuration, models: Self.models.reversed(), encoded: stored)
        }
        var forgetting = configuration
        forgetting.lambda = 0.99
        #expect(throws: ForecastError.self) {
            try SymbolForecast(configuration: forgetting, models: Self.models, encoded: stored)
        }
        var newer = stored
        newer[0] += 1
        #expect(throws: ForecastError.self) {
            try SymbolForecast(configuration: configuration, models: Self.models, encoded: newer)
        }
    }

    @Test func aTruncatedStateThrowsAtEveryLength() throws {
        let configuration = try Self.configuration("5s")
        var forecast = SymbolForecast(configuration: configuration, models: [.ols, .last])
        _ = TestMarket.run(&forecast, TestMarket.lively(150, seed: 1))
        #expect(forecast.pendingCount > 0)
        let stored = forecast.encoded
        for length in stride(from: 0, to: stored.count, by: 7) {
            #expect(throws: ForecastError.self) {
                try SymbolForecast(
                    configuration: configuration, models: [.ols, .last], encoded: Array(stored.prefix(length)))
            }
        }
        #expect(throws: ForecastError.self) {
            try SymbolForecast(configuration: configuration, models: [.ols, .last], encoded: stored + [0])
        }
    }

    @Test(arguments: [Int64(-1), 256, .max, .min])
    func aPlaceOutsideTheRingOfErrorsIsRefused(_ place: Int64) throws {
        var window = ErrorWindow(levelPermille: 900)
        for step in 0..<300 { window.append(Double(step)) }
        var out = StateWriter()
        window.encode(to: &out)
        var bytes = out.bytes
        var number = StateWriter()
        number.append(place)
        bytes.replaceSubrange(8..<16, with: number.bytes)
        var reader = StateReader(bytes, part: "model")
        var other = ErrorWindow(levelPermille: 900)
        var isRefused = false
        do { try other.decode(from: &reader) } catch { isRefused = true }
        #expect(isRefused)
    }

    @Test func hostileBytesNeverTrap() throws {
        let configuration = try Self.configuration("5s")
        var forecast = SymbolForecast(configuration: configuration, models: [.ols, .ewma])
        let trades = TestMarket.lively(230, seed: 3)
        _ = TestMarket.run(&forecast, trades.prefix(160))
        let stored = forecast.encoded
        var random = RepeatableGenerator(seed: 77)
        var accepted = 0
        for _ in 0..<400 {
            var bytes = stored
            // Mostly whole numbers at the edges, where arithmetic would trap, else single bytes.
            let place = random.below(UInt64(bytes.count - 8))
            switch random.below(4) {
            case 0: bytes.replaceSubrange(place..<(place + 8), with: [255, 255, 255, 255, 255, 255, 255, 127])
            case 1: bytes.replaceSubrange(place..<(place + 8), with: [0, 0, 0, 0, 0, 0, 0, 128])
            case 2: bytes.replaceSubrange(place..<(place + 8), with: [0, 0, 0, 0, 0, 0, 0, 64])
            default: bytes[place] = UInt8(random.below(256))
            }
            do {
                var other = try SymbolForecast(
                    configuration: configuration, models: [.ols, .ewma], encoded: bytes)
                accepted += 1
                _ = TestMarket.run(&other, trades.suffix(70))
                var events: [ForecastEvent] = []
                other.censor(.end, into: &events)
            } catch {
                #expect(error.description.contains("stored forecast state"))
            }
        }
        #expect(accepted > 50)
    }
}
