import Forecast

/// One of the newest predictions, for the chart that shows single trades.
struct TailPoint: Sendable {
    /// τ at the target, ms.
    var time: Int64
    var origin: Double
    var actual: Double
    var forecast: ModelForecast
}

/// The newest scored predictions of a symbol, few enough to see each.
struct TailRing: Sendable {
    static let capacity = 120
    private var ring: [TailPoint] = []
    private var next = 0

    mutating func append(_ point: TailPoint) {
        if ring.count < Self.capacity {
            ring.append(point)
        } else {
            ring[next] = point
            next = (next + 1) % Self.capacity
        }
    }

    /// Oldest first.
    var points: [TailPoint] { Array(ring[next...] + ring[..<next]) }
}
