import Simulator
import Tape

/// `tapedeck simulate`: a tape of a synthetic market.
enum SimulateCommand {
    static let command = Command(
        name: "simulate", summary: "write a tape of a synthetic market with known parameters",
        notes: [
            "The same parameters and seed give the same tape, text byte for byte, on any machine; the stream id derives from"
                + " them. --relation plants what a backtest must then find; with 0,0,0 there is nothing to find."
        ],
        examples: [
            "tapedeck simulate -o sim.jsonl.gz --symbols SIM:A,SIM:B --trades 20000 --seed 7",
            "tapedeck simulate -o planted.jsonl.gz --relation 0.3,-0.2,0.1 --price-decimals 9",
        ],
        options: [TapeOptions.output.spec] + SimulateOptions.specs + [TapeOptions.overwrite.spec],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let path = try settings.required(TapeOptions.output)
        let market = try SimulateOptions.configuration(settings)
        let total = market.trades.map(Int64.init)
        let summary = try TapeOptions.writing(path, context) {
            try SimulationRun(
                market, to: path, writing: TapeWriterConfiguration(overwrites: settings[TapeOptions.overwrite])
            ).run { context.progress.show("simulate", done: Int64($0), total: total, unit: "trades") }
        }
        try TapeSummaryText.print(summary.tape, trades: summary.trades, context)
        return .done
    }
}
