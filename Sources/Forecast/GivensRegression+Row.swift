extension GivensRegression {
    /// Learns one row.
    ///
    /// A row with a value that is not finite leaves the state as it was and is counted in `refusedRows`.
    ///
    /// - Parameters:
    ///   - row: the regressors, `columns` of them.
    ///   - response: the response.
    ///   - weight: the row's weight, not negative.
    /// - Returns: whether the row was learnt.
    /// - Complexity: O(`columns`²), without allocation.
    @discardableResult
    public mutating func learn(_ row: Span<Double>, response: Double, weight: Double = 1) -> Bool {
        precondition(row.count == columns, "a row has one value per regressor")
        var isFinite = response.isFinite && weight.isFinite && weight >= 0
        for i in 0..<row.count where !row[i].isFinite { isFinite = false }
        guard isFinite else {
            refusedRows &+= 1
            return false
        }
        if lambda < 1 { decay() }
        rotate(row, response: response, weight: weight)
        rows &+= 1
        return true
    }

    /// Learns one row given as an array; see `learn(_:response:weight:)`.
    @discardableResult
    public mutating func learn(_ row: [Double], response: Double, weight: Double = 1) -> Bool {
        learn(row.span, response: response, weight: weight)
    }

    /// Multiplies D and the residual sum of squares by λ, but no direction below 1/16 of the energy it is used to.
    ///
    /// The floor raises D along row i of R, which agrees with the present θ: coefficients do not move.
    private mutating func decay() {
        var bindings: Int64 = 0
        for i in 0..<columns {
            let floor = (energy[i] * min(excitations[i], memory)) / 16
            let forgotten = lambda * d[i]
            let held = min(d[i], floor)
            if held > forgotten { bindings += 1 }
            d[i] = max(forgotten, held)
        }
        floorBindings &+= bindings
        sse = lambda * sse
        if sse < 0x1p-900 { sse = 0 }
    }

    /// Rotates a finite row into the triangle.
    mutating func rotate(_ row: Span<Double>, response: Double, weight: Double) {
        for i in 0..<columns { work[i] = row[i] }
        sse += Self.rotate(
            &work, response: response, weight: weight, d: &d, theta: &theta, r: &r, energy: &energy,
            excitations: &excitations, memory: memory)
    }

    /// Rotates the row x into the triangle, using x up; returns the squared residual that is left.
    private static func rotate(
        _ x: inout [Double], response: Double, weight: Double, d: inout [Double], theta: inout [Double],
        r: inout [Double], energy: inout [Double], excitations: inout [Double], memory: Double
    ) -> Double {
        let p = x.count
        let forgets = memory < .infinity
        var x = x.mutableSpan
        var d = d.mutableSpan
        var theta = theta.mutableSpan
        var r = r.mutableSpan
        var energy = energy.mutableSpan
        var excitations = excitations.mutableSpan
        var y = response
        var w = weight
        var next = 0  // place of the next number of R, rows one after the other
        for i in 0..<p {
            var place = next
            next &+= p &- 1 &- i
            var k = i &+ 1
            let xi = x[i]
            let u = w * xi
            let g = u * xi
            if g <= 0x1p-900 {
                if w == 0 { break }
                continue
            }
            let sum = d[i] + g
            let c = d[i] / sum
            let s = u / sum
            w = c * w
            d[i] = sum
            if c < 0.125 {
                // Gentleman's form: what was in R is about to be forgotten, so it must not cancel.
                while k < p {
                    let old = x[k]
                    x[k] = old - xi * r[place]
                    r[place] = flush(c * r[place] + s * old)
                    k &+= 1
                    place &+= 1
                }
                let z = y - xi * theta[i]
                theta[i] = flush(c * theta[i] + s * y)
                y = z
            } else {
                while k < p {
                    let z = x[k] - xi * r[place]
                    r[place] = flush(r[place] + s * z)
                    x[k] = z
                    k &+= 1
                    place &+= 1
                }
                let z = y - xi * theta[i]
                theta[i] = flush(theta[i] + s * z)
                y = z
            }
            if forgets {
                if excitations[i] == 0 || g > 0x1p40 * energy[i] {
                    excitations[i] = 1  // what was before was rounding noise
                    energy[i] = g
                } else if g > 0x1p-20 * energy[i] {  // smaller counts as unexcited
                    if excitations[i] < 32 * memory { excitations[i] += 1 }
                    // One outlier cannot pin the mean.
                    let h = excitations[i] > 32 && g > 16 * energy[i] ? 16 * energy[i] : g
                    energy[i] += (h - energy[i]) / excitations[i]
                }
            }
        }
        return w * (y * y)
    }

    /// Zero instead of a number so small that products with it would become subnormal.
    @inline(__always)
    private static func flush(_ value: Double) -> Double { value.magnitude < 0x1p-450 ? 0 : value }
}
