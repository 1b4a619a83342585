import Foundation
import Simulator
import Tape
import TradeModel

@testable import Backtest

/// A folder that goes with the value, and tapes in it.
final class TapeFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/tapedeck-backtest-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a simulated market to one tape, or to several parts of about equal length.
    func simulate(_ name: String, parts: Int = 1, configure: (inout SimulatorConfiguration) -> Void) throws -> [String]
    {
        var configuration = SimulatorConfiguration()
        configure(&configuration)
        var market = try SimulatedMarket(configuration)
        var lines: [SimulatedLine] = []
        while let line = market.next() { lines.append(line) }
        var paths: [String] = []
        let size = (lines.count + parts - 1) / parts
        var sequence: Int64 = 0
        var segment: Int64 = 0
        for part in 0..<parts {
            let slice = lines[(part * size)..<min(lines.count, (part + 1) * size)]
            let file = "\(path)/\(name)_\(part + 1).jsonl.gz"
            let header = TapeHeader(
                stream: configuration.stream, source: "simulate", symbols: configuration.symbols, recorder: "simulate",
                part: part + 1, receive: slice.first?.receive ?? 0)
            let writer = try TapeWriter(path: file, header: header, segment: segment)
            for line in slice {
                sequence += 1
                switch line.content {
                case .gap(let from):
                    try writer.append(
                        event: .gap(from: from, cause: "simulated"), sequence: sequence, receive: line.receive)
                    segment = sequence
                case .resumed(let length):
                    try writer.append(event: .resumed(length: length), sequence: sequence, receive: line.receive)
                case .trades, .ping:
                    try writer.append(frame: line.frame ?? [], sequence: sequence, receive: line.receive)
                }
            }
            _ = try writer.finish()
            paths.append(file)
        }
        return paths
    }

    /// Writes trades, one frame each, to a tape; `receive` is the trade's time.
    func write(_ name: String, stream: String, _ trades: [TestTrade], extra: [(Int, [UInt8])] = []) throws -> String {
        let file = "\(path)/\(name).jsonl.gz"
        let header = TapeHeader(stream: stream, source: "test", symbols: [], recorder: "test", receive: 0)
        let writer = try TapeWriter(path: file, header: header)
        var receive: Int64 = 1
        for (index, trade) in trades.enumerated() {
            receive = max(receive, (trade.receive ?? trade.time) * 1_000_000)
            try writer.append(frame: Array(trade.frame.utf8), sequence: Int64(index + 1), receive: receive)
        }
        for (offset, frame) in extra {
            try writer.append(frame: frame, sequence: Int64(trades.count + offset), receive: receive)
        }
        _ = try writer.finish()
        return file
    }
}

/// A trade as a frame.
struct TestTrade {
    var symbol = "X"
    var price: Double
    var volume = 1.0
    var time: Int64
    var receive: Int64?

    static let start: Int64 = 1_723_210_200_000

    var frame: String {
        let name = symbol.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        return
            "{\"data\":[{\"c\":null,\"p\":\(price),\"s\":\"\(name)\",\"t\":\(time),\"v\":\(volume)}],\"type\":\"trade\"}"
    }
}

/// Runs a backtest over tapes.
func backtest(
    _ tapes: [String], against stored: (any StoredPredictions)? = nil,
    configure: (inout BacktestConfiguration) throws -> Void = { _ in }
) throws -> BacktestReport {
    var configuration = BacktestConfiguration(tapes: tapes)
    configuration.jobs = 1
    try configure(&configuration)
    return try BacktestRun(configuration: configuration).run(against: stored)
}
