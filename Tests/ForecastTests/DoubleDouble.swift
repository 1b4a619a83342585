/// A number of some 32 digits as the sum of two doubles: the exact side of a comparison with plain doubles.
///
/// Sums after Knuth, products by a fused multiply-add (in tests only: predictions may not use one).
struct DoubleDouble {
    var high: Double
    var low: Double

    init(_ value: Double) {
        high = value
        low = 0
    }

    private init(sum a: Double, _ b: Double) {
        high = a + b
        let part = high - a
        low = (a - (high - part)) + (b - part)
    }

    static func + (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
        let highs = DoubleDouble(sum: left.high, right.high)
        let lows = DoubleDouble(sum: left.low, right.low)
        let first = DoubleDouble(sum: highs.high, highs.low + lows.high)
        return DoubleDouble(sum: first.high, first.low + lows.low)
    }

    static prefix func - (value: DoubleDouble) -> DoubleDouble {
        var value = value
        value.high = -value.high
        value.low = -value.low
        return value
    }

    static func - (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble { left + -right }

    static func * (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
        let product = left.high * right.high
        let rest = (-product).addingProduct(left.high, right.high)
        return DoubleDouble(sum: product, rest + (left.high * right.low + left.low * right.high))
    }

    static func / (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
        let first = left.high / right.high
        let afterFirst = left - right * DoubleDouble(first)
        let second = afterFirst.high / right.high
        let afterSecond = afterFirst - right * DoubleDouble(second)
        return DoubleDouble(sum: first, second) + DoubleDouble(afterSecond.high / right.high)
    }

    var value: Double { high + low }
}

/// Exponentially weighted least squares by normal equations in 32 digits: enough to be exact for integer ticks.
struct ExactLeastSquares {
    private var moments: [[DoubleDouble]]
    private let lambda: DoubleDouble

    init(columns: Int, lambda: Double) {
        moments = Array(repeating: Array(repeating: DoubleDouble(0), count: columns + 1), count: columns + 1)
        self.lambda = DoubleDouble(lambda)
    }

    mutating func add(_ row: [Double], _ response: Double) {
        let values = row + [response]
        for i in 0..<values.count {
            for j in 0...i {
                moments[i][j] = lambda * moments[i][j] + DoubleDouble(values[i]) * DoubleDouble(values[j])
            }
        }
    }

    var coefficients: [Double] {
        let p = moments.count - 1
        var a = (0..<p).map { i in (0..<p).map { j in moments[max(i, j)][min(i, j)] } }
        var b = Array(moments[p][0..<p])
        for i in 0..<p {
            for k in (i + 1)..<max(i + 1, p) {
                let factor = a[k][i] / a[i][i]
                for j in i..<p { a[k][j] = a[k][j] - factor * a[i][j] }
                b[k] = b[k] - factor * b[i]
            }
        }
        for i in stride(from: p - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(i + 1, p) { b[i] = b[i] - a[i][k] * b[k] }
            b[i] = b[i] / a[i][i]
        }
        return b.map(\.value)
    }
}
