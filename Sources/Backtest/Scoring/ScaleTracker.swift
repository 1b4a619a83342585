/// What the errors of MASE and RMSSE are divided by, frozen at each origin.
///
/// d_j is the mean |p_t−p_{t−1}| of the symbol's eligible trades up to origin j, D_j the mean square; no pair crosses a
/// boundary. A scale taken from later trades would leak the future into the score.
struct ScaleTracker: Sendable {
    /// The scales at an origin, and where it stands.
    struct Frozen: Sendable {
        /// Number of the origin among the symbol's eligible trades.
        var index: Int64
        /// d_j; 0 where there was no move yet.
        var absolute: Double
        /// D_j.
        var square: Double
    }

    private var previous: Double?
    private var absolute = NeumaierSum()
    private var square = NeumaierSum()
    private var pairs = 0.0
    private var eligible: Int64 = 0
    private var queue: [Frozen] = []
    private var head = 0

    mutating func boundary() { previous = nil }

    mutating func eligible(price: Double) {
        eligible += 1
        if let previous {
            let move = price - previous
            absolute.add(move.magnitude)
            square.add(move * move)
            pairs += 1
        }
        previous = price
    }

    /// Freezes the scales for the origin that the last eligible trade became.
    mutating func origin() {
        let divisor = max(pairs, 1)
        queue.append(Frozen(index: eligible, absolute: absolute.value / divisor, square: square.value / divisor))
    }

    /// The scales of the oldest origin still pending: predictions resolve in the order of their origins.
    mutating func resolve() -> Frozen {
        let frozen = queue[head]
        head += 1
        if head == queue.count {
            queue.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1_024 {
            queue.removeFirst(head)
            head = 0
        }
        return frozen
    }
}
