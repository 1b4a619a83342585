/// What became of the records between two checkpoints; counted in a summary once the second one is acknowledged.
struct RunDelta: Sendable, Equatable {
    /// Records handled.
    var records = 0
    /// Trades stored, by symbol.
    var trades: [String: Int] = [:]
    /// Duplicates dropped, by stream.
    var duplicates: [String: Int] = [:]
    /// Messages without trades, by type.
    var ignored: [String: Int] = [:]
    /// Stored trades that are not eligible, by flag.
    var flagged: [String: Int] = [:]
    /// Dead letters by reason.
    var dead: [String: Int] = [:]
    /// Records handled again after a restart, whose outputs a state already covered.
    var skipped = 0

    mutating func add(_ other: RunDelta) {
        records += other.records
        skipped += other.skipped
        trades.merge(other.trades, uniquingKeysWith: +)
        duplicates.merge(other.duplicates, uniquingKeysWith: +)
        ignored.merge(other.ignored, uniquingKeysWith: +)
        flagged.merge(other.flagged, uniquingKeysWith: +)
        dead.merge(other.dead, uniquingKeysWith: +)
    }
}
