import Foundation

/// Runs one measurement: `Benchmarks NAME ARGUMENT...`.
///
/// Not a product. Build with `-c release`; figures of debug builds mean nothing.
@main
struct Benchmarks {
    /// A measurement: its name, its arguments, and what runs it.
    ///
    /// One file each; add yours to `cases`.
    struct Case: Sendable {
        var name: String
        var usage: String
        var run: @Sendable ([String]) throws -> Void
    }

    static var cases: [Case] {
        [
            FrameDecodingBenchmark.benchmark, ForecastBenchmark.benchmark, SimulationBenchmark.benchmark,
            RecordingBenchmark.benchmark, TapeReadingBenchmark.benchmark, ReplayBenchmark.benchmark,
            PacingBenchmark.benchmark,
            PipelineBenchmark.benchmark,
        ]
    }

    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let benchmark = cases.first(where: { $0.name == arguments.first }) else {
            let list = cases.map { "  Benchmarks \($0.name) \($0.usage)" }.joined(separator: "\n")
            FileHandle.standardError.write(Data("usage:\n\(list)\n".utf8))
            exit(2)
        }
        do {
            try benchmark.run(Array(arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("Benchmarks \(benchmark.name): \(error)\n".utf8))
            exit(1)
        }
    }
}
