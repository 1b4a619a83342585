import Foundation
import Simulator

/// How fast a market is made and written to a tape.
enum SimulationBenchmark {
    static let benchmark = Benchmarks.Case(name: "simulate", usage: "TRADES TAPE", run: run)

    private struct Usage: Error {}

    @Sendable private static func run(_ arguments: [String]) throws {
        var configuration = SimulatorConfiguration()
        configuration.symbols = ["SIM:ONE", "SIM:TWO", "SIM:THREE", "SIM:FOUR"]
        configuration.rate = 50
        configuration.trades = arguments.first.flatMap { Int($0) } ?? 1_000_000
        guard arguments.count == 2 else { throw Usage() }
        let path = arguments[1]
        let clock = ContinuousClock()
        var count = 0
        let making = try clock.measure {
            for line in try SimulatedMarket(configuration) { count += line.frame?.count ?? 0 }
        }
        print("made: \(count) bytes of frames in \(making)")
        var text = ""
        let writing = try clock.measure {
            let summary = try SimulationRun(configuration, to: path).run()
            text = "\(summary.trades) trades, \(summary.tape.fileBytes) bytes"
        }
        print("made and written: \(text) in \(writing)")
    }
}
