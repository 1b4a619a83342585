import Digest
import TradeModel

@testable import Forecast

/// A repeatable generator (SplitMix64).
struct RepeatableGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: UInt64) -> Int { Int(next() % bound) }
}

/// Trades for tests.
enum TestMarket {
    static let start: Int64 = 1_723_120_000_000
    static let stream = "20240808T123456Z-test"

    /// One trade of a stream; received when it happened.
    static func trade(
        _ sequence: Int64, price: Double, time: Int64, volume: Double = 1, conditions: ConditionSet = .regular,
        receive: Int64? = nil, stream: String? = stream, segment: Int64? = 0
    ) -> Observation {
        Observation(
            identity: .tape(stream: stream ?? "unknown", sequence: sequence, index: 0), price: price, volume: volume,
            time: time, conditions: conditions, receive: receive ?? time * 1_000_000, stream: stream,
            segment: segment)
    }

    /// Steady trades, one per second, of the given prices.
    static func trades(_ prices: [Double], from start: Int64 = start, first: Int64 = 1) -> [Observation] {
        prices.enumerated().map {
            trade(first + Int64($0.offset), price: $0.element, time: start + 1_000 * Int64($0.offset))
        }
    }

    /// A market with everything in it: ticks, bursts in one ms, odd lots, dropped codes, price updates, times that run
    /// backwards, late and future trades, gaps, silence.
    static func lively(_ count: Int, seed: UInt64) -> [Observation] {
        var random = RepeatableGenerator(seed: seed)
        var ticks = 19_000
        var time = start
        var segment: Int64 = 0
        return (1...count).map { number in
            if random.below(3) > 0 { time += Int64(random.below(700)) }
            ticks += random.below(5) - 2
            if random.below(300) == 0 { segment = Int64(number) }
            if random.below(400) == 0 { time += 1_800_001 }
            var shown = time
            var receive = time * 1_000_000
            switch random.below(60) {
            case 0: shown -= 5_001
            case 1: receive -= 60_001_000_000
            case 2, 3, 4, 5: shown -= 141
            default: break
            }
            let conditions: ConditionSet =
                switch random.below(20) {
                case 0: ConditionSet(bits: 1 << 12)
                case 1: ConditionSet(bits: 1 << 16 | 1 << 1)
                case 2: ConditionSet(bits: 1 << 41)
                case 3: ConditionSet(bits: 1)
                default: .regular
                }
            let volume = random.below(50) == 0 ? 0 : Double(1 + random.below(400)) / 4
            return trade(
                Int64(number), price: Double(ticks) / 100, time: shown, volume: volume, conditions: conditions,
                receive: receive, segment: segment)
        }
    }

    /// Handles trades one by one; all events, and what became of each trade.
    static func run(
        _ forecast: inout SymbolForecast, _ trades: some Sequence<Observation>
    ) -> (events: [ForecastEvent], dispositions: [Disposition]) {
        var events: [ForecastEvent] = []
        let dispositions = trades.map { forecast.handle($0, into: &events) }
        return (events, dispositions)
    }
}

extension [ForecastEvent] {
    var predictions: [Prediction] {
        compactMap { event in
            if case .resolved(let prediction) = event { prediction } else { nil }
        }
    }

    var boundaries: [CensorReason] {
        compactMap { event in
            if case .boundary(let reason) = event { reason } else { nil }
        }
    }

    var origins: [TradeIdentity] {
        compactMap { event in
            if case .origin(let identity, forecasts: _) = event { identity } else { nil }
        }
    }

    var refusals: Int {
        count { event in
            if case .refusedOrigin = event { true } else { false }
        }
    }

    /// SHA-256 over every bit of every event.
    var digest: String {
        var out = StateWriter()
        for event in self {
            switch event {
            case .boundary(let reason): out.append(reason.rawValue)
            case .eligible(let price, let time):
                out.append(price)
                out.append(time)
            case .origin(let identity, _): out.append(identity)
            case .refusedOrigin(let identity): out.append("refused \(identity.text)")
            case .resolved(let prediction):
                out.append(prediction.origin)
                out.append(prediction.originTime)
                out.append(prediction.originPrice)
                out.append(prediction.target?.text ?? "none")
                out.append(prediction.targetTime)
                out.append(prediction.actual ?? .nan)
                for forecast in prediction.forecasts {
                    for number in [forecast.predicted, forecast.low, forecast.high] { out.append(number ?? .nan) }
                }
                out.append("\(prediction.outcome)")
            }
        }
        var digest = SHA256()
        digest.update(out.bytes)
        return digest.hex()
    }
}
