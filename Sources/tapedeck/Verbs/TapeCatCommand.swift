import Forecast
import Tape
import TradeModel

/// `tapedeck tape cat`: the lines of tapes, to the byte, or what is in them.
enum TapeCatCommand {
    static let form = CommandOption(
        "as", .choice("FORM") as ValueKind<TapePrinter.Form>, default: TapePrinter.Form.lines.rawValue,
        help: "what to print")
    static let every = CommandOption(
        "every", .duration(.milliseconds(1)...(.seconds(86_400))), default: "1m", help: "length of a bar, of trade time"
    )
    static let symbols = CommandOption("symbols", .symbols, help: "only frames and trades of these symbols")
    static let follow = CommandOption(
        switch: "follow", help: "go on while the tape is written, part after part, until its stream is closed")

    static let command = Command(
        name: "tape cat", summary: "print the lines of tapes exactly, in the order in which they play",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: TapeOptions.argumentsAccepted,
        notes: [
            "Parts of one stream play by sequence number, streams by receive time. Bare frames appear in the envelope that"
                + " the format has for them. Without a window the header lines are printed too.",
            "--as trades-csv: one row for each good trade, stream,seq,index,receive,t,s,p,v,c, the condition codes with"
                + " spaces between. --as bars-csv: start,symbol,open,high,low,close,volume,trades; start in ms of trade time;"
                + " trades that the forecast leaves out move no price, and are counted on standard error; each symbol's"
                + " bars come as they close.",
        ],
        examples: [
            "tapedeck tape cat session.jsonl.gz | head", "tapedeck tape cat --start +90s --end +100s session.jsonl.gz",
            "tapedeck tape cat --as bars-csv --every 1m session.jsonl.gz",
            "tapedeck tape cat --follow --as frames /var/lib/tapedeck/finnhub_20240809T133000Z-7f3a_0001.jsonl.gz",
        ],
        options: [form.spec, every.spec, symbols.spec, follow.spec] + WindowOptions.times + WindowOptions.sequences + [
            TapeOptions.stream.spec, TapeOptions.skipBad.spec,
        ],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let rules = Eligibility(oddLots: false)
        var printer = TapePrinter(
            settings[form], symbols: settings.value(symbols),
            every: DurationText.nanoseconds(settings[every]) / 1_000_000,
            eligibility: { kind(of: $0, rules) })
        var out: [UInt8] = []
        func put(_ batch: TapeBatch) throws {
            out.removeAll(keepingCapacity: true)
            printer.append(batch, to: &out)
            try context.output.bytes(out)
        }
        var skipped: Int64 = 0
        if settings[follow] {
            guard settings.arguments.count == 1, let path = settings.arguments.first, path != "-" else {
                throw UsageError.conflict("--follow", "more than one tape, or standard input")
            }
            let window = try WindowOptions.window(settings, of: settings.arguments)
            guard window == .everything else { throw UsageError.conflict("--follow", "a window") }
            let follower = try TapeFollower(path: path)
            try context.signals.whileListening({ _ in follower.stop() }) {
                while let batch = try follower.next() {
                    try put(batch)
                    // Whoever follows wants to see it now.
                    try context.output.flush()
                }
            }
        } else {
            // Reading standard input may wait for ever, from the first byte on: the signal ends that wait too.
            skipped = try context.signals.whileListening({ ExitCode.interrupted(signal: $0).leave() }) {
                let reader = try TapeReader(
                    paths: settings.arguments,
                    configuration: TapeReaderConfiguration(
                        window: try WindowOptions.window(settings, of: settings.arguments),
                        skipsBadLines: settings[TapeOptions.skipBad], stream: settings.value(TapeOptions.stream)))
                while let batch = try reader.next() { try put(batch) }
                return reader.skippedLines
            }
        }
        out.removeAll(keepingCapacity: true)
        printer.finish(to: &out)
        try context.output.bytes(out)
        if settings[form] == .barsCSV, !printer.drops.isEmpty {
            let counts = printer.drops.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
            context.log.say(.warning, "trades-left-out", ["counts": .string(counts)])
        }
        return context.code(skipped > 0 ? .loss : .done)
    }

    /// The forecast's rules, section 2 of backtest.md.
    private static func kind(of trade: Trade, _ rules: Eligibility) -> TradeBars.Eligibility {
        let conditions = ConditionSet(trade.conditions)
        let (price, volume) = (trade.price.value, trade.volume.value)
        guard let rule = rules.rule(price: price, volume: volume, conditions: conditions) else { return .eligible }
        let counts = rules.countsAsVolume(price: price, volume: volume, conditions: conditions)
        return counts ? .volumeOnly(rule.name) : .dropped(rule.name)
    }
}
