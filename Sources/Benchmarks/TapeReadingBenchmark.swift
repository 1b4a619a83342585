import Foundation
import Tape

/// How fast a tape's lines are read, beside `zcat` of the same file in the same run.
enum TapeReadingBenchmark {
    static let benchmark = Benchmarks.Case(name: "tape-reading", usage: "TAPE [ROUNDS]", run: run)

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Reads the tape with one thread, with one per processor, and with zcat, in turn; prints MB of text a second.
    @Sendable private static func run(_ arguments: [String]) throws {
        guard let path = arguments.first else { throw Failure(description: "name a tape") }
        let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 5 : 5
        var rates: [String: [Double]] = [:]
        let names = ["zcat", "1 worker", "all workers"]
        var text: Int64 = 0
        for _ in 0..<rounds {
            for name in names {
                let start = ContinuousClock.now
                if name == "zcat" {
                    try zcat(path)
                } else {
                    text = try read(path, workers: name == "1 worker" ? 1 : nil)
                }
                rates[name, default: []].append((ContinuousClock.now - start) / .seconds(1))
            }
        }
        for name in names {
            let seconds = (rates[name] ?? []).sorted()
            guard let median = seconds.dropFirst(seconds.count / 2).first else { continue }
            print("\(name): median \(Int(Double(text) / median / 1e6)) MB/s of text, \(seconds.count) rounds")
        }
    }

    private static func read(_ path: String, workers: Int?) throws -> Int64 {
        let reader = try TapeReader(paths: [path], configuration: .init(workers: workers))
        var check = 0
        while let batch = try reader.next() {
            for line in batch.lines { check &+= line.body.count }
        }
        guard check != 0 else { throw Failure(description: "the tape holds no line") }
        return reader.textBytesRead
    }

    private static func zcat(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["zcat", path]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "zcat fails on \(path)") }
    }
}
