import Foundation
import TradeModel

/// How many trades a second one core decodes, from the bytes of frames to `Trade` values.
enum FrameDecodingBenchmark {
    static let benchmark = Benchmarks.Case(name: "frames", usage: "FILE [ROUNDS]", run: run)

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Decodes every line of a file of bare frames, in memory, several times.
    @Sendable private static func run(_ arguments: [String]) throws {
        guard let path = arguments.first else { throw Failure(description: "name a file of frames, one a line") }
        let text = try contents(of: path)
        let lines = text.split(separator: UInt8(ascii: "\n")).map { $0.startIndex..<$0.endIndex }
        let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 7 : 7
        let repeats = max(1, 100_000_000 / max(text.count, 1))
        var rates: [Double] = []
        for _ in 0..<rounds {
            var decoder = FinnhubFrameDecoder()
            var trades = 0
            var rejections = 0
            var check = 0.0
            let start = clock()
            for _ in 0..<repeats {
                for line in lines {
                    _ = try decoder.decode(text.span.extracting(line))
                    trades += decoder.trades.count
                    rejections += decoder.rejections.count
                    if let last = decoder.trades.last { check += last.trade.price.value }
                }
            }
            // Processor time: other programs on the machine do not count.
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            rates.append(Double(trades) / seconds)
            let megabytes = Double(text.count * repeats) / seconds / 1e6
            print(
                "\(trades) trades, \(rejections) rejected, \(Int(Double(trades) / seconds)) trades/s of CPU time, "
                    + "\(Int(megabytes)) MB/s (check \(check))")
        }
        print("median \(Int(rates.sorted()[rates.count / 2])) trades/s of CPU time")
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "gzip cannot read \(path)") }
        return [UInt8](data)
    }
}
