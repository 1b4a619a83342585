import Foundation
import Replayer
import Tape

/// Makes small tapes.
enum TestTape {
    /// One line of a tape.
    enum Line {
        /// A frame with these trades, as symbol and price text.
        case trades([(String, String)])
        case frame(String)
        case event(TapeEvent)
    }

    static let start: Int64 = 1_723_210_200_000_000_000

    /// Writes lines, each so many ns after the tape's start, numbered from 1.
    static func write(
        _ lines: [(after: Int64, line: Line)], to path: String, stream: String = "s1", memberSize: Int = 4096
    ) throws -> String {
        let header = TapeHeader(stream: stream, source: "test", symbols: [], recorder: "test", receive: start)
        let writer = try TapeWriter(
            path: path, header: header, configuration: TapeWriterConfiguration(memberSize: memberSize))
        for (number, (after, line)) in lines.enumerated() {
            let sequence = Int64(number + 1)
            switch line {
            case .trades(let trades):
                try writer.append(frame: Array(frame(trades).utf8), sequence: sequence, receive: start + after)
            case .frame(let text):
                try writer.append(frame: Array(text.utf8), sequence: sequence, receive: start + after)
            case .event(let event): try writer.append(event: event, sequence: sequence, receive: start + after)
            }
        }
        _ = try writer.finish()
        return path
    }

    static func frame(_ trades: [(String, String)]) -> String {
        "{\"data\":[\(trades.map(object).joined(separator: ","))],\"type\":\"trade\"}"
    }

    static func object(_ symbol: String, _ price: String) -> String {
        "{\"c\":[\"1\"],\"p\":\(price),\"s\":\"\(symbol)\",\"t\":1723210200734,\"v\":5}"
    }

    /// A tape of one-trade frames at fixed intervals, symbols in turn; prices count the trades from 1.
    static func even(
        _ count: Int, every interval: Int64, symbols: [String] = ["A", "B", "C"], to path: String,
        stream: String = "s1"
    ) throws -> String {
        try write(
            (0..<count).map { (Int64($0) * interval, .trades([(symbols[$0 % symbols.count], "\($0 + 1)")])) },
            to: path, stream: stream)
    }
}
