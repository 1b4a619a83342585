import Foundation
import Tape
import TestSupport
import Testing
import TradeModel

/// Runs the blocks of docs/READING.md as they are printed: every program must find what our own reader finds.
@Suite("Reading with other programs") struct ReadingTests {
    /// A block, and what runs it: `sh`, or `python` with a module.
    private struct Block {
        let kind: [String]
        let code: String
    }

    private static func blocks() throws -> [Block] {
        let text = try String(contentsOfFile: "\(TestPaths.root)/docs/READING.md", encoding: .utf8)
        return text.components(separatedBy: "<!-- tested: ").dropFirst().compactMap { piece in
            guard let end = piece.range(of: " -->\n```"), let close = piece.range(of: "\n```\n"),
                let start = piece[end.upperBound...].firstIndex(of: "\n")
            else { return nil }
            return Block(
                kind: piece[..<end.lowerBound].split(separator: " ").map(String.init),
                code: String(piece[start..<close.lowerBound]))
        }
    }

    /// The line that every block prints, by our own reader.
    private static func expected(_ tape: String) throws -> String {
        var decoder = FinnhubFrameDecoder()
        var (frames, trades, latest, digits) = (0, 0, Int64(0), Int64(0))
        var receives: [Int64] = []
        let reader = try TapeReader(paths: [tape])
        while let batch = try reader.next() {
            for line in batch.lines where line.kind == .frame {
                frames += 1
                receives.append(line.receive)
                digits += line.receive % 1_000
                _ = try decoder.decode(batch.text.span.extracting(line.body))
                trades += decoder.trades.count
                latest = max(latest, decoder.trades.map(\.trade.time).max() ?? 0)
            }
        }
        let (first, last) = (receives.first ?? 0, receives.last ?? 0)
        return "\(frames) \(trades) \(latest) \(digits) \(first) \(last)\n"
    }

    @Test("every block prints what our own reader finds, to the last digit")
    func theBlocksAgree() async throws {
        try await onThread {
            let folder = try TemporaryFolder("reading")
            let tape = folder.file("session.jsonl.gz")
            let simulated = try Tapedeck.run([
                "simulate", "-o", tape, "--symbols", "AAPL,SIM:BTC", "--trades", "20000", "--seed", "7",
                "--conditions", "symbol", "--gap-every", "60s", "--gap-length", "5s",
            ])
            try #require(simulated.status == 0, "\(simulated.diagnostics)")
            let expected = try Self.expected(tape)
            let blocks = try Self.blocks()
            #expect(blocks.map { $0.kind.last ?? "" } == ["sh", "pandas", "duckdb", "polars", "json"])
            for block in blocks {
                let module = block.kind.last ?? ""
                var program = "/bin/sh"
                if block.kind.first == "python" {
                    guard let python = PythonProgram.importing(module) else { continue }
                    program = python
                }
                let run = try CommandRun.program(program, ["-c", block.code], folder: folder.path)
                #expect(
                    run.status == 0 && run.outputText == expected, "\(module): \(run.outputText)\(run.errorText)")
            }
        }
    }
}
