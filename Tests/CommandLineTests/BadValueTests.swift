import TestSupport
import Testing

/// One command line that must be refused.
struct BadValue: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let flag: String
    let accepted: String
    var environment: [String: String] = [:]

    init(_ line: String, _ flag: String, _ accepted: String, environment: [String: String] = [:]) {
        arguments = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
        self.flag = flag
        self.accepted = accepted
        self.environment = environment
    }

    var testDescription: String { arguments.joined(separator: " ") }
}

@Suite("Values that are not accepted")
struct BadValueTests {
    static let cases: [BadValue] = [
        BadValue("broker --listen 9092", "--listen", "127.0.0.1:9092"),
        BadValue("broker --listen localhost:9092", "--listen", "IPv4"),
        BadValue("broker --listen 1.2.3.4:65536", "--listen", "IPv4"),
        BadValue("broker --listen 300.2.3.4:1", "--listen", "IPv4"),
        BadValue("broker --topic raw:0", "--topic", "from 1 to 1000"),
        BadValue("broker --topic ../x:1", "--topic", "from 1 to 1000"),
        BadValue("broker --topic a:1:2", "--topic", "from 1 to 1000"),
        BadValue("broker --json=maybe", "--json", "true or false"),
        BadValue("tape cut T -o U --start yesterday", "--start", "RFC 3339"),
        BadValue("tape cut T -o U --start 2024-02-30T00:00:00Z", "--start", "RFC 3339"),
        BadValue("tape cut T -o U --end 2024-08-09T13:30:00", "--end", "RFC 3339"),
        BadValue("tape cut T -o U --end 2024-08-09T24:00:00Z", "--end", "RFC 3339"),
        BadValue("tape cut T -o U --start +5", "--start", "such as +90s"),
        BadValue("tape cut T -o U --from-seq -1", "--from-seq", "from 0 to 9223372036854775807"),
        BadValue("tape cut T -o U --to-seq 9223372036854775808", "--to-seq", "from 0 to 9223372036854775807"),
        BadValue("tape cut T -o U --to-seq 0x10", "--to-seq", "a whole number"),
        BadValue("tape import T -o U --stream a_b", "--stream", "1 to 64 of letters"),
        BadValue("simulate -o U --symbols A,,B", "--symbols", "AAPL,BINANCE:BTCUSDT"),
        BadValue("replay T --speed 0", "--speed", "0.01 to 1000000"),
        BadValue("replay T --speed -1", "--speed", "0.01 to 1000000"),
        BadValue("replay T --speed 1000001", "--speed", "0.01 to 1000000"),
        BadValue("replay T --speed fast", "--speed", "max"),
        BadValue("replay T --speed nan", "--speed", "max"),
        BadValue("replay T --per-second 0", "--per-second", "from 0.01 to 100000000"),
        BadValue("replay T --per-second max", "--per-second", "from 0.01 to 100000000"),
        BadValue("replay T --partitions 0", "--partitions", "from 1 to"),
        BadValue("replay T --brokers nowhere", "--brokers", "127.0.0.1:9092"),
        BadValue("replay T --brokers a:1,", "--brokers", "127.0.0.1:9092"),
        BadValue("replay T --brokers a:99999", "--brokers", "127.0.0.1:9092"),
        BadValue("replay T --topic a/b", "--topic", "1 to 249"),
        BadValue("replay T --kafka-option linger", "--kafka-option", "key=value"),
        BadValue("replay T --wait-for-servers 10", "--wait-for-servers", "with its unit"),
        BadValue("replay T --wait-for-servers 0s", "--wait-for-servers", "from 1s to 1d"),
        BadValue("pipeline --batch-records 0", "--batch-records", "a whole number from"),
        BadValue("pipeline --batch-bytes 4MB!", "--batch-bytes", "64KiB, 256MiB or 1GiB"),
        BadValue("pipeline --batch-bytes 1", "--batch-bytes", "a size"),
        BadValue("pipeline --memory 99999999999GiB", "--memory", "a size"),
        BadValue("pipeline --checkpoint-interval 5", "--checkpoint-interval", "with its unit"),
        BadValue("pipeline --from sometime", "--from", "earliest"),
        BadValue("pipeline --from -1", "--from", "earliest"),
        BadValue("pipeline --on-data-loss ignore", "--on-data-loss", "stop or skip"),
        BadValue("pipeline --until-marker a|b", "--until-marker", "1 to 64 of letters"),
        BadValue("pipeline --stop-after 0", "--stop-after", "a whole number from 1"),
        BadValue("pipeline --group a:b", "--group", "1 to 249"),
        BadValue("pipeline --database a.b", "--database", "1 to 63"),
        BadValue("pipeline --horizon 0", "--horizon", "trades, such as 1 or 10t"),
        BadValue("pipeline --horizon 5x", "--horizon", "time, such as 5s"),
        BadValue("backtest T --every 0s", "--every", "trades, such as 1 or 10t"),
        BadValue("backtest T --lambda 0.4", "--lambda", "from 0.5 to 1"),
        BadValue("backtest T --lambda 1.01", "--lambda", "from 0.5 to 1"),
        BadValue("backtest T --ridge -1", "--ridge", "a number from 0"),
        BadValue("backtest T --level 100", "--level", "from 0.1 to 99.9"),
        BadValue("backtest T --warmup -1", "--warmup", "from 0 to"),
        BadValue("backtest T --lateness 1us", "--lateness", "in whole ms"),
        BadValue("backtest T --max-silence 31d", "--max-silence", "from 1ms to 30d"),
        BadValue("backtest T --max-pending 0", "--max-pending", "from 1 to 1000000"),
        BadValue("backtest T --horizon 2000 --max-pending 10", "--horizon", "at most 10 predictions pending"),
        BadValue("backtest T --jobs 0", "--jobs", "from 1 to 64"),
        BadValue("backtest T --min-n 0", "--min-n", "from 1 to"),
        BadValue("backtest T --fail-if mase", "--fail-if", "mase"),
        BadValue("backtest T --fail-if nonsense>1", "--fail-if", "nonsense"),
        BadValue("backtest T --against postgres", "--against", "mongodb"),
        BadValue("simulate -o U --trades 0", "--trades", "from 1 to 1000000000"),
        BadValue("simulate -o U --price-decimals 10", "--price-decimals", "0 to 9"),
        BadValue("simulate -o U --relation 1,2", "--relation", "three"),
        BadValue("simulate -o U --relation 0.5,0.4,0.3", "--relation", "less than 1"),
        BadValue("simulate -o U --seed -1", "--seed", "from 0 to 18446744073709551615"),
        BadValue("simulate -o U --conditions some", "--conditions", "null or stock"),
        BadValue(
            "pipeline", "TAPEDECK_BATCH_RECORDS", "a whole number", environment: ["TAPEDECK_BATCH_RECORDS": "many"]),
        BadValue("pipeline", "TAPEDECK_MONGO_URI", "mongodb://", environment: ["TAPEDECK_MONGO_URI": "http://x"]),
    ]

    @Test("exit with 2, naming the flag and what it takes", arguments: cases)
    func aBadValueIsRefused(_ bad: BadValue) throws {
        let outcome = try Tapedeck.run(bad.arguments, environment: bad.environment)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnosticLines.count == 1, "\(outcome.diagnostics)")
        #expect(outcome.diagnostics.contains(bad.flag), "\(outcome.diagnostics)")
        #expect(outcome.diagnostics.contains(bad.accepted), "\(outcome.diagnostics)")
        let verb = bad.arguments.prefix { !$0.hasPrefix("-") && $0 != "T" }.joined(separator: " ")
        #expect(outcome.diagnostics.hasPrefix("tapedeck \(verb): "), "\(outcome.diagnostics)")
    }

    @Test(
        "what does not exist is refused, with the nearest that does",
        arguments: [
            (["repaly"], "did you mean 'replay'?"), (["tape", "inof"], "did you mean 'tape info'?"),
            (["pipeline", "rest"], "did you mean 'pipeline reset'?"), (["tape"], "info, cat, cut, import"),
            (["replay", "T", "--spede", "1"], "did you mean --speed?"),
            (["backtest", "T", "--job", "1"], "did you mean --jobs?"), (["replay", "-x"], "unknown option -x"),
            (["replay", "T", "--speed"], "--speed has no value"),
            (["replay", "T", "--speed", "1", "--speed", "2"], "--speed is given more than once"),
            (["replay", "T", "--speed", "1", "--per-second", "5"], "--speed and --per-second exclude one another"),
            (["broker", "--quiet", "--verbose"], "--quiet and --verbose exclude one another"),
            (["replay"], "no argument is given: it takes one or more tapes"),
            (["broker", "T"], "arguments T are not what it takes"),
            (["tape", "cut", "T"], "--output is missing"), (["simulate"], "--output is missing"),
            (["pipeline", "--mongo-uri", "mongodb://u:secret@h"], "set TAPEDECK_MONGO_URI or TAPEDECK_MONGO_URI_FILE"),
            (["pipeline", "--kafka-option", "sasl.password=secret"], "set TAPEDECK_KAFKA_OPTION or"),
            (["backtest", "T", "--against", "mongodb://u:secret@h"], "set TAPEDECK_AGAINST"),
        ])
    func theRemedyIsNamed(_ arguments: [String], _ remedy: String) throws {
        let outcome = try Tapedeck.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.diagnosticLines.count == 1)
        #expect(outcome.diagnostics.contains(remedy), "\(outcome.diagnostics)")
        #expect(!outcome.diagnostics.contains("secret@") && !outcome.diagnostics.contains("=secret"))
    }

    @Test(
        "verbs of later issues are not there as stubs",
        arguments: ["dashboard", "sandbox"])
    func thereAreNoStubs(_ verb: String) throws {
        let outcome = try Tapedeck.run([verb])
        #expect(outcome.status == 2)
        #expect(outcome.diagnostics.contains("unknown verb '\(verb)'"))
    }
}
