import Digest

extension SimulatorConfiguration {
    /// Counts changes of the generator that make other tapes of the same parameters.
    static var algorithm: Int { 1 }

    /// The stream id of the tape: `sim-` and 16 digits of a hash over every parameter, the seed included.
    public var stream: String {
        // Lengths in front keep `["a,b"]` and `["a", "b"]` apart; doubles print the shortest digits that read back the same.
        let parameters: [String] = [
            "\(Self.algorithm)", "\(symbols.count)", symbols.map { "\($0.utf8.count):\($0)" }.joined(),
            trades.map { "\($0)" } ?? "-", duration.map { "\($0.nanoseconds)" } ?? "-", "\(seed)", "\(start)",
            "\(rate)",
            "\(burstShare)", "\(burstLength)", "\(price)", "\(volatility)", "\(bounce)", "\(priceDecimals)", "\(tick)",
            conditions.rawValue, "\(disorder)", gapEvery.map { "\($0.nanoseconds)" } ?? "-", "\(gapLength.nanoseconds)",
            "\(ping.nanoseconds)", "\(frameInterval.nanoseconds)", "\(delay.nanoseconds)", "\(relation)",
        ]
        return "sim-" + SHA256.hex(of: parameters.joined(separator: "|")).prefix(16)
    }
}
