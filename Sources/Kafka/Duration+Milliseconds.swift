extension Duration {
    /// Whole milliseconds for librdkafka, rounded up so that no wait is cut to nothing; negative ones become 0.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let rounded = seconds.multipliedReportingOverflow(by: 1000)
        guard !rounded.overflow else { return seconds < 0 ? 0 : .max }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: max(0, rounded.partialValue + fraction))
    }
}
