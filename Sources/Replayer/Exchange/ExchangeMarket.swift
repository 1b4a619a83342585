import Diagnostics
import Synchronization
import Tape

/// What all players of an exchange and its server share.
final class ExchangeMarket: Sendable {
    let configuration: ExchangeConfiguration
    let log: Log
    let ledger: FaultLedger
    let counts = Mutex(ExchangeCounts())
    /// Symbols that the tapes' headers name, or their frames where a header names none.
    let symbols: Set<String>
    /// The tapes' start, ns since the epoch.
    let start: Int64
    /// Opens the tapes for one player; its thread.
    let open: @Sendable (TapeWindow) throws(TapeError) -> any TapeSource
    /// Makes a player's time.
    let makeTime: @Sendable () -> any ReplayTimeSource

    init(
        configuration: ExchangeConfiguration, log: Log, symbols: Set<String>, start: Int64,
        makeTime: @escaping @Sendable () -> any ReplayTimeSource,
        open: @escaping @Sendable (TapeWindow) throws(TapeError) -> any TapeSource
    ) {
        self.configuration = configuration
        self.log = log
        self.symbols = symbols
        self.start = start
        self.makeTime = makeTime
        self.open = open
        ledger = FaultLedger(configuration.faults, seed: configuration.seed, log: log)
    }

    func count(_ change: (inout ExchangeCounts) -> Void) { counts.withLock { change(&$0) } }

    /// Laps to play; nil: for ever.
    var laps: Int? { configuration.laps == 0 || configuration.atEnd == .loop ? nil : configuration.laps }
}
