/// The default features of one symbol (backtest.md, section 4), from trades up to now only.
///
/// Price features use eligible trades, volume features all volume trades. Sums over a window are computed anew in a
/// fixed order each time: adding what comes and subtracting what goes would leave rounding noise behind for ever.
struct FeatureWindows: Sendable {
    /// The features' names, in order.
    static let names = [
        "intercept", "return_1", "return_2", "return_3", "tick_sign", "tick_sign_ewma20", "signed_volume_50",
        "log1p_volume", "log1p_gap_ms", "price_vs_ewma100_bps", "price_vs_vwap300s_bps", "volatility_50",
    ]
    static let count = 12
    /// Eligible trades after a reset before the first prediction.
    static let cold = 50

    static let window = 50
    /// Windows are summed in four lanes; two places of the 52 stay zero.
    static let slots = 52
    static let buckets = 60
    static let bucketMilliseconds: Int64 = 5_000
    /// 1 − 2^(−1/20) and 1 − 2^(−1/100), as literals: no libm in a prediction.
    static let halfLife20 = 0x1.170cb227fbd17p-5
    static let halfLife100 = 0x1.c4b0b231e511dp-8
    /// Size in bps below which a price relative to an average is rounding noise.
    static let noise = 1e-6

    /// Eligible trades since the reset.
    var trades: Int64 = 0
    /// Volume trades since the reset.
    var volumeTrades: Int64 = 0
    var price = 0.0
    /// The clock at the last and the first eligible trade since the reset.
    var time: Int64 = 0
    var firstTime: Int64 = 0
    var volume = 0.0
    /// Steps of the clock between the last two eligible trades, in ms.
    var gap = 0.0
    /// The last three one-trade returns in bps, newest first.
    var return1 = 0.0
    var return2 = 0.0
    var return3 = 0.0
    /// The sum of the one-trade returns since the reset.
    var returnSum = 0.0
    /// +1, −1, or 0 while unknown.
    var sign = 0.0
    var signAverage = 0.0
    var priceAverage = 0.0
    /// The clock at the first volume trade since the reset: buckets are counted from it, so that a tape moved to other
    /// times gives the same features to the last bit.
    var bucketStart: Int64 = 0
    /// The newest bucket; the first is 0.
    var bucket: Int64 = 0
    /// Rings: squared returns, volumes, signed volumes; then volume and value of each bucket.
    ///
    /// Inline, so that sums need
    /// no bounds checks: their lengths are part of the type.
    var squares = InlineArray<52, Double>(repeating: 0)
    var volumes = InlineArray<52, Double>(repeating: 0)
    var signedVolumes = InlineArray<52, Double>(repeating: 0)
    var bucketVolumes = InlineArray<60, Double>(repeating: 0)
    var bucketValues = InlineArray<60, Double>(repeating: 0)

    /// Forgets everything: continuity broke.
    mutating func reset() {
        guard trades > 0 || volumeTrades > 0 else { return }
        self = FeatureWindows()
    }

    /// Takes a trade that moves the price; it counts as volume as well.
    mutating func addEligible(price new: Double, volume: Double, time clock: Int64) {
        if trades == 0 {
            firstTime = clock
            priceAverage = new
        } else {
            let change = 1e4 * (new - price) / price
            return3 = return2
            return2 = return1
            return1 = change
            returnSum += change
            squares[Int((trades - 1) % Int64(Self.window))] = change * change
            if new > price { sign = 1 } else if new < price { sign = -1 }
            gap = Double(clock &- time)
            priceAverage += Self.halfLife100 * (new - priceAverage)
        }
        signAverage += Self.halfLife20 * (sign - signAverage)
        price = new
        time = clock
        self.volume = volume
        trades &+= 1
        addVolume(price: new, volume: volume, time: clock)
    }

    /// Takes a trade that is volume; one that does not move the price inherits the tick's sign.
    mutating func addVolume(price: Double, volume: Double, time clock: Int64) {
        let place = Int(volumeTrades % Int64(Self.window))
        volumes[place] = volume
        signedVolumes[place] = sign * volume
        if volumeTrades == 0 { bucketStart = clock }
        advanceBuckets(to: (clock &- bucketStart).flooredQuotient(by: Self.bucketMilliseconds))
        let slot = Int(bucket.flooredRemainder(by: Int64(Self.buckets)))
        bucketVolumes[slot] += volume
        bucketValues[slot] += price * volume
        volumeTrades &+= 1
    }

    private mutating func advanceBuckets(to new: Int64) {
        defer { bucket = new }
        guard new != bucket else { return }
        let steps = new &- bucket
        guard steps > 0, steps < Int64(Self.buckets) else {
            for slot in 0..<Self.buckets {
                bucketVolumes[slot] = 0
                bucketValues[slot] = 0
            }
            return
        }
        for step in 1...steps {
            let slot = Int((bucket &+ step).flooredRemainder(by: Int64(Self.buckets)))
            bucketVolumes[slot] = 0
            bucketValues[slot] = 0
        }
    }

    /// Writes the twelve features at the last eligible trade.
    ///
    /// Mutating only so that the windows are not copied for the call.
    mutating func features(into x: inout [Double]) {
        x[0] = 1
        x[1] = return1
        x[2] = return2
        x[3] = return3
        x[4] = sign
        x[5] = signAverage
        let total = Self.sum(volumes)
        x[6] = total == 0 ? 0 : Self.sum(signedVolumes) / total
        x[7] = ForecastMath.log1p(volume)
        x[8] = ForecastMath.log1p(gap)
        x[9] = Self.relative(price, priceAverage)
        x[10] = Self.relative(price, Self.sum(bucketValues) / Self.sum(bucketVolumes))
        x[11] = Self.sum(squares).squareRoot()
    }

    /// 1e4·(price/average − 1), 0 where only rounding is left.
    private static func relative(_ price: Double, _ average: Double) -> Double {
        let bps = 1e4 * (price / average - 1)
        return bps.magnitude < noise ? 0 : bps
    }

    /// The sum in four lanes, each in order, joined as (0+1)+(2+3); the count is a multiple of four.
    @inline(__always)
    private static func sum<let count: Int>(_ values: borrowing InlineArray<count, Double>) -> Double {
        var lane0 = 0.0
        var lane1 = 0.0
        var lane2 = 0.0
        var lane3 = 0.0
        var i = 0
        while i < count {
            lane0 += values[i]
            lane1 += values[i + 1]
            lane2 += values[i + 2]
            lane3 += values[i + 3]
            i += 4
        }
        return (lane0 + lane1) + (lane2 + lane3)
    }
}

extension Int64 {
    /// ⌊self/divisor⌋ for a positive divisor.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// self − divisor·⌊self/divisor⌋ for a positive divisor.
    func flooredRemainder(by divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
