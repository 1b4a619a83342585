import Foundation

/// How many frames a second `record` takes from a local blaster, the tape closed and verified: beside a client that only
/// counts (the limit) and beside Python's `websockets` with `gzip`, in the same run.
///
/// Beside the rate it prints what a frame costs in processor time, on the feed's thread and on all others: a machine's
/// other work moves the rate more than the cost, and the two threads' costs say which of them bounds the rate.
enum RecordingBenchmark {
    static let benchmark = Benchmarks.Case(
        name: "recording", usage: "[FRAMES] [ROUNDS] [PYTHON]", run: run)

    @Sendable private static func run(_ arguments: [String]) throws {
        let messages = frames(1000)
        let wanted = arguments.first.flatMap { Int($0) } ?? 500_000
        let count = max(1, wanted / messages.count) * messages.count
        let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 3 : 3
        let python = arguments.count > 2 ? arguments[2] : "/usr/bin/python3"
        let bytes = messages.reduce(0) { $0 + $1.count } / messages.count
        print("\(count) frames of \(bytes) bytes on average, \(rounds) rounds, medians")
        let blaster = try Blaster(messages: messages, count: count)
        defer { blaster.stop() }
        let contestants: [(name: String, run: () throws -> RecordingCost?)] = [
            ("counting client", { try RecordingContestants.counting(blaster, count) }),
            ("record, level 1", { try RecordingContestants.recording(blaster, count, level: 1) }),
            ("record, level 6", { try RecordingContestants.recording(blaster, count, level: 6) }),
            ("python, level 1", { try RecordingContestants.peer(python, blaster, count) }),
        ]
        var costs = [[RecordingCost]](repeating: [], count: contestants.count)
        for _ in 0..<rounds {
            for (place, contestant) in contestants.enumerated() {
                if let cost = try contestant.run() { costs[place].append(cost) }
            }
        }
        func median(_ place: Int, _ value: (RecordingCost) -> Double) -> Double? {
            let values = costs[place].map(value).sorted()
            return values.isEmpty ? nil : values[values.count / 2]
        }
        func microseconds(_ seconds: Double) -> String { String(format: "%.2f", seconds / Double(count) * 1e6) }
        for (place, contestant) in contestants.enumerated() {
            guard let seconds = median(place, \.seconds), let limit = median(0, \.seconds),
                let feed = median(place, \.feed), let rest = median(place, \.rest)
            else { continue }
            var line = "\(contestant.name): \(Int(Double(count) / seconds)) frames/s"
            line += ", \(Int(limit / seconds * 100)) % of the limit"
            if let slowest = median(3, \.seconds) {
                line += ", \(String(format: "%.1f", slowest / seconds)) times Python"
            }
            print(line + "; \(microseconds(feed)) + \(microseconds(rest)) µs of processor a frame, feed + others")
        }
    }

    /// Frames like the free feed's: one to ten trades of a few symbols.
    private static func frames(_ count: Int) -> [[UInt8]] {
        var state: UInt64 = 7
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let symbols = ["AAPL", "MSFT", "NVDA", "TSLA", "BINANCE:BTCUSDT"]
        return (0..<count).map { number in
            let trades = (0..<1 + draw(10) * draw(10) / 10).map { _ in
                #"{"c":["1","12"],"p":\#(100 + draw(300)).\#(10 + draw(90)),"s":"\#(symbols[draw(5)])","#
                    + #""t":\#(1_723_210_200_000 + number * 37),"v":\#(1 + draw(400))}"#
            }
            return Array(#"{"data":[\#(trades.joined(separator: ","))],"type":"trade"}"#.utf8)
        }
    }
}
