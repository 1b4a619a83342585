import TradeModel

/// The predictions that wait, oldest first, in a ring of flat arrays.
///
/// Grows by doubling up to the configured limit and then never allocates again.
struct PendingQueue: Sendable {
    private(set) var count = 0
    private var head = 0
    private var capacity = 0
    private var identities: [TradeIdentity] = []
    private var times: [Int64] = []
    private var prices: [Double] = []
    private var ordinals: [Int64] = []
    private var forecasts: [ModelForecasts] = []
    private var features: [Double] = []

    /// Appends a prediction made from the present features.
    mutating func append(
        _ identity: TradeIdentity, time: Int64, price: Double, ordinal: Int64, forecasts new: ModelForecasts,
        features x: [Double]
    ) {
        if count == capacity { grow(with: identity) }
        let slot = slot(count)
        identities[slot] = identity
        times[slot] = time
        prices[slot] = price
        ordinals[slot] = ordinal
        forecasts[slot] = new
        for k in 0..<FeatureWindows.count { features[slot * FeatureWindows.count + k] = x[k] }
        count += 1
    }

    mutating func removeFirst() {
        head = slot(1)
        count -= 1
    }

    var firstTime: Int64 { times[head] }
    var firstOrdinal: Int64 { ordinals[head] }
    var firstPrice: Double { prices[head] }
    var firstIdentity: TradeIdentity { identities[head] }
    var firstForecasts: ModelForecasts { forecasts[head] }

    /// Copies the oldest prediction's features.
    func copyFirstFeatures(into x: inout [Double]) {
        for k in 0..<FeatureWindows.count { x[k] = features[head * FeatureWindows.count + k] }
    }

    /// The prediction at a place, 0 the oldest, as a document stores it.
    func origin(at place: Int) -> PendingOrigin {
        let slot = slot(place)
        var out = StateWriter()
        out.append(byte: SymbolForecast.stateVersion)
        out.append(ordinals[slot])
        let first = slot * FeatureWindows.count
        out.append(Array(features[first..<(first + FeatureWindows.count)]))
        return PendingOrigin(
            origin: identities[slot], time: times[slot], price: prices[slot], forecasts: forecasts[slot],
            x: out.bytes)
    }

    /// Appends a stored prediction.
    mutating func append(_ origin: PendingOrigin) throws(ForecastError) {
        var reader = StateReader(origin.x, part: "pending x")
        guard try reader.byte() == SymbolForecast.stateVersion else { throw reader.failure("an unknown version") }
        let ordinal = try reader.integer()
        let x = try reader.doubles(FeatureWindows.count)
        try reader.end()
        append(
            origin.origin, time: origin.time, price: origin.price, ordinal: ordinal, forecasts: origin.forecasts,
            features: x)
    }

    private func slot(_ place: Int) -> Int {
        let slot = head + place
        return slot >= capacity ? slot - capacity : slot
    }

    private mutating func grow(with filler: TradeIdentity) {
        let order = (0..<count).map(slot)
        let size = max(4, 2 * capacity)
        let free = size - count
        identities = order.map { identities[$0] } + Array(repeating: filler, count: free)
        times = order.map { times[$0] } + Array(repeating: 0, count: free)
        prices = order.map { prices[$0] } + Array(repeating: 0, count: free)
        ordinals = order.map { ordinals[$0] } + Array(repeating: 0, count: free)
        forecasts = order.map { forecasts[$0] } + Array(repeating: ModelForecasts(), count: free)
        let width = FeatureWindows.count
        features =
            order.flatMap { features[($0 * width)..<(($0 + 1) * width)] }
            + Array(repeating: 0, count: free * width)
        head = 0
        capacity = size
    }
}
