import Tape
import WebSocket

/// What an exchange serves, where, and how.
public struct ExchangeConfiguration: Sendable {
    /// What becomes of a client whose tape has been played.
    public enum AtEnd: String, Sendable, CaseIterable {
        /// Its connection ends without a close frame, as the live server's do.
        case close
        /// It stays connected and gets pings.
        case idle
        /// The tape is played again.
        case loop
    }

    /// The tapes; several play as one.
    public var tapes: [String]
    /// Where to listen.
    ///
    /// Default: `127.0.0.1:8765`.
    public var listen: ListenAddress
    /// The token that clients must bring; nil takes any or none.
    ///
    /// Default: nil.
    public var token: String?
    /// How fast; with a number per second, that of messages.
    ///
    /// Default: 1, as it was recorded.
    public var speed: ReplaySpeed
    /// How often the tape is played; 0: for ever.
    ///
    /// Default: 1.
    public var laps: Int
    /// What follows the last lap.
    ///
    /// Default: close.
    public var atEnd: AtEnd
    /// Whether all clients see one market, and latecomers miss what has passed.
    ///
    /// Default: false, each client has a position of its own.
    public var isShared: Bool
    /// Whether nothing is played until every symbol of the tape is subscribed to.
    ///
    /// Default: false, from the first subscription.
    public var waitsForSubscriptions: Bool
    /// Symbols that one client may have, 1 to 100,000.
    ///
    /// Default: 50, the usual figure.
    public var maximumSymbols: Int
    /// What goes wrong on purpose.
    ///
    /// Default: nothing.
    public var faults: [ExchangeFault]
    /// Seed of the faults with a probability.
    ///
    /// Default: 1.
    public var seed: UInt64
    /// How often a client gets a ping of ours while no tape plays for it.
    ///
    /// Default: 60 s.
    public var pingInterval: Duration
    /// Bytes that may wait for one client, on each side of the service thread.
    ///
    /// A client of its own position holds its clock there; in a shared market it is dropped.
    ///
    /// Default: 1 MiB.
    public var queueBytes: Int
    /// Whether the tape is a capture in progress: a tape or a folder of which the newest is taken.
    ///
    /// Then all clients share one market, which begins with what is recorded from the first subscription on and has no
    /// pace of its own. In a folder the next capture follows the one that ends.
    ///
    /// Default: false.
    public var follows: Bool
    /// Connections at a time; more are answered with HTTP 503.
    ///
    /// Default: 64.
    public var maximumClients: Int
    /// How the tapes are read.
    ///
    /// Default: one thread and a window of 2 MiB for each client.
    public var reader: TapeReaderConfiguration

    /// Makes a configuration with the defaults.
    public init(tapes: [String], listen: ListenAddress = .tcp(host: "127.0.0.1", port: 8765)) {
        self.tapes = tapes
        self.listen = listen
        speed = .rate(.one)
        laps = 1
        atEnd = .close
        isShared = false
        waitsForSubscriptions = false
        maximumSymbols = 50
        faults = []
        seed = 1
        pingInterval = .seconds(60)
        queueBytes = 1 << 20
        maximumClients = 64
        follows = false
        reader = TapeReaderConfiguration(workers: 1, windowBytes: 2 << 20)
    }
}
