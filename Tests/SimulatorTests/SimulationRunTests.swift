import Foundation
import Simulator
import Tape
import TestSupport
import Testing

@Suite struct SimulationRunTests {
    private struct Stop: Error {}

    @Test func theTapeHoldsTheMarketsLines() throws {
        var configuration = SimulatorConfiguration()
        configuration.symbols = ["A", "SIM:B"]
        configuration.trades = 5000
        configuration.gapEvery = .seconds(100)
        configuration.gapLength = .seconds(10)
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("x.jsonl.gz")
        let summary = try SimulationRun(configuration, to: path).run()
        let lines = Array(try SimulatedMarket(configuration))
        #expect(summary.trades == 5000 && summary.tape.lines == Int64(lines.count + 3))
        #expect(summary.gaps > 1 && summary.symbols.map(\.symbol) == ["A", "SIM:B"])
        let reader = try TapeReader(paths: [path])
        var bodies: [[UInt8]] = []
        var receives: [Int64] = []
        var sequence: Int64 = 0
        while let batch = try reader.next() {
            #expect(batch.header.stream == configuration.stream && batch.header.recorder == "simulate")
            #expect(batch.header.symbols == ["A", "SIM:B"])
            for line in batch.lines {
                sequence += 1
                #expect(line.sequence == sequence)
                if line.kind == .frame {
                    bodies.append(Array(batch.text[line.body]))
                    receives.append(line.receive)
                }
            }
        }
        #expect(bodies == lines.compactMap(\.frame))
        #expect(receives == lines.filter { $0.frame != nil }.map(\.receive))
    }

    @Test func whatProgressThrowsLeavesNoFile() throws {
        var configuration = SimulatorConfiguration()
        configuration.trades = 100_000
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("x.jsonl.gz")
        #expect(throws: Stop.self) { try SimulationRun(configuration, to: path).run { _ in throw Stop() } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func aTapeThatExistsIsNotOverwritten() throws {
        var configuration = SimulatorConfiguration()
        configuration.trades = 10
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("x.jsonl.gz")
        _ = try SimulationRun(configuration, to: path).run()
        #expect(throws: TapeError.self) { try SimulationRun(configuration, to: path).run() }
    }
}
