import Tape

/// Writes a synthetic market to a tape, as a recorder would have written a real one.
public struct SimulationRun: Sendable {
    /// The market's parameters.
    public let configuration: SimulatorConfiguration
    /// Name of the tape.
    public let path: String
    /// How the tape is written.
    public let writing: TapeWriterConfiguration

    /// Prepares a run; nothing is opened yet.
    public init(_ configuration: SimulatorConfiguration, to path: String, writing: TapeWriterConfiguration = .init()) {
        self.configuration = configuration
        self.path = path
        self.writing = writing
    }

    /// Writes the tape; blocks until it is complete under its name.
    ///
    /// - Parameter progress: Told every 1,000 lines how many trades are written; what it throws ends the run, and no file
    ///   is left.
    /// - Returns: What was written.
    /// - Throws: `SimulatorError` for a configuration out of range, `TapeError` for a file that cannot be written, and
    ///   what `progress` throws.
    public func run(progress: (_ trades: Int) throws -> Void = { _ in }) throws -> SimulationSummary {
        var market = try SimulatedMarket(configuration)
        let start = configuration.start * 1_000_000
        let header = TapeHeader(
            stream: configuration.stream, source: "simulate", symbols: configuration.symbols, recorder: "simulate",
            receive: start)
        let writer = try TapeWriter(path: path, header: header, configuration: writing)
        try writer.append(event: .connected(attempt: 1), sequence: 1, receive: start)
        try writer.append(event: .subscribed(symbols: configuration.symbols), sequence: 2, receive: start)
        var counts = configuration.symbols.map { SimulationSummary.Count(symbol: $0, trades: 0) }
        let places = Dictionary(uniqueKeysWithValues: configuration.symbols.enumerated().map { ($1, $0) })
        var sequence: Int64 = 2
        var receive = start
        var gaps = 0
        while let line = market.next() {
            sequence += 1
            receive = line.receive
            switch line.content {
            case .gap(let from):
                gaps += 1
                try writer.append(event: .gap(from: from, cause: "simulated"), sequence: sequence, receive: receive)
            case .resumed(let length):
                try writer.append(event: .resumed(length: length), sequence: sequence, receive: receive)
            case .trades(let trades):
                for trade in trades { if let place = places[trade.symbol] { counts[place].trades += 1 } }
                try writer.append(frame: line.frame ?? [], sequence: sequence, receive: receive)
            case .ping: try writer.append(frame: line.frame ?? [], sequence: sequence, receive: receive)
            }
            if sequence % 1000 == 0 { try progress(market.trades) }
        }
        try writer.append(event: .closed(cause: "end"), sequence: sequence + 1, receive: receive)
        let tape = try writer.finish()
        return SimulationSummary(tape: tape, trades: market.trades, gaps: gaps, symbols: counts)
    }
}
