import JSONText

/// How the predictions that a pipeline stored compare with those that the backtest computes, bit for bit.
public struct PredictionComparison: Sendable, Equatable {
    /// The first difference, by symbol (UTF-8) and then in the tape's order.
    public struct Difference: Sendable, Equatable {
        /// Symbol of the prediction.
        public var symbol: String
        /// Identity of its origin.
        public var origin: String
        /// The field, as the documents name it.
        public var field: String
        /// The backtest's value.
        public var computed: String
        /// The stored value.
        public var stored: String
        /// The two bit patterns, where both are doubles.
        public var bits: (computed: UInt64, stored: UInt64)?
        /// How many doubles lie between the two, where both are doubles.
        public var ulps: UInt64?

        /// Equality of all parts.
        public static func == (a: Difference, b: Difference) -> Bool {
            a.symbol == b.symbol && a.origin == b.origin && a.field == b.field && a.computed == b.computed
                && a.stored == b.stored && a.bits?.computed == b.bits?.computed && a.bits?.stored == b.bits?.stored
        }

        /// One line: identity, field, both values in decimal and hexadecimal, ULPs.
        public var text: String {
            var text = "\(symbol) \(origin): \(field) is \(computed) in the backtest, \(stored) in the store"
            if let bits {
                text += " (0x\(hex(bits.computed)), 0x\(hex(bits.stored))"
                if let ulps { text += "; \(ulps) ULP" }
                text += ")"
            }
            return text
        }
    }

    /// The model compared, `ols:<revision>`.
    public var model: String
    /// Predictions equal in every field.
    public var equal = 0
    /// Predictions computed but not stored, nor pending in a stored state.
    public var missing = 0
    /// Predictions stored but not computed.
    public var extra = 0
    /// Predictions of which some field differs.
    public var different = 0
    /// Predictions that still wait in a stored state, equal as far as they go.
    public var pending = 0
    /// The first difference.
    public var first: Difference?
    /// Identity of the first missing prediction.
    public var firstMissing: String?

    /// Whether the stored predictions are those of the backtest.
    public var holds: Bool { missing == 0 && extra == 0 && different == 0 && equal + pending > 0 }

    /// As a report states it.
    public var json: JSONValue {
        [
            "different": JSONValue(different), "equal": JSONValue(equal), "extra": JSONValue(extra),
            "first_difference": first.map { .string($0.text) } ?? .null,
            "first_missing": firstMissing.map(JSONValue.string) ?? .null, "holds": .bool(holds),
            "missing": JSONValue(missing), "model": .string(model), "pending": JSONValue(pending),
        ]
    }

    /// One line for the terminal, and one more for the first difference.
    public var text: String {
        var text =
            "\(model): \(equal) equal bit for bit, \(different) different, \(missing) missing, \(extra) extra, "
            + "\(pending) pending"
        if equal + pending + missing + extra + different == 0 { text += "; there was nothing to compare" }
        if let first { text += "\nfirst difference: " + first.text }
        if let firstMissing { text += "\nfirst missing: " + firstMissing }
        return text
    }

    /// Compares two rows of one origin.
    ///
    /// `end` and `stream` are equal as censor reasons: the pipeline may have read a second stream where the tape ends.
    ///
    /// - Returns: nil if every bit is equal.
    static func difference(_ computed: PredictionRow, _ stored: PredictionRow) -> Difference? {
        func texts(_ field: String, _ a: String?, _ b: String?) -> Difference? {
            a == b
                ? nil
                : Difference(
                    symbol: computed.symbol, origin: computed.origin, field: field, computed: a ?? "null",
                    stored: b ?? "null")
        }
        func integers(_ field: String, _ a: Int64?, _ b: Int64?) -> Difference? {
            texts(field, a.map { String($0) }, b.map { String($0) })
        }
        func doubles(_ field: String, _ a: Double?, _ b: Double?) -> Difference? {
            if a?.bitPattern == b?.bitPattern { return nil }
            var difference = Difference(
                symbol: computed.symbol, origin: computed.origin, field: field, computed: a.map { "\($0)" } ?? "null",
                stored: b.map { "\($0)" } ?? "null")
            if let a, let b {
                difference.bits = (a.bitPattern, b.bitPattern)
                difference.ulps = ulps(a, b)
            }
            return difference
        }
        let isPending = stored.status == "pending"
        let early =
            texts("s", computed.symbol, stored.symbol) ?? integers("origin.t", computed.originTime, stored.originTime)
            ?? doubles("origin.p", computed.originPrice, stored.originPrice)
            ?? doubles("predicted", computed.predicted, stored.predicted) ?? doubles("low", computed.low, stored.low)
            ?? doubles("high", computed.high, stored.high) ?? doubles("level", computed.level, stored.level)
        if early != nil || isPending { return early }
        return texts("status", computed.status, stored.status)
            ?? texts("reason", joined(computed.reason), joined(stored.reason))
            ?? texts("target.id", computed.target, stored.target)
            ?? integers("target.t", computed.targetTime, stored.targetTime)
            ?? doubles("actual", computed.actual, stored.actual) ?? doubles("error", computed.error, stored.error)
    }

    private static func joined(_ reason: String?) -> String? { reason == "stream" ? "end" : reason }

    /// Steps between two doubles on the line of all doubles.
    static func ulps(_ a: Double, _ b: Double) -> UInt64 {
        func place(_ x: Double) -> Int64 {
            let bits = Int64(bitPattern: x.bitPattern)
            return bits < 0 ? Int64.min &- bits : bits
        }
        let (x, y) = (place(a), place(b))
        return x > y ? UInt64(bitPattern: x &- y) : UInt64(bitPattern: y &- x)
    }
}

/// Sixteen hexadecimal digits.
private func hex(_ bits: UInt64) -> String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
