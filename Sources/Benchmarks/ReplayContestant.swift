import Foundation
import Kafka
import Replayer
import Tape
import TradeModel

/// What publishing a tape took.
struct ReplayCost {
    var records: Int
    var seconds: Double
    var processorSeconds: Double

    /// Records a second.
    var rate: Double { Double(records) / seconds }
    /// Processor time a record, in seconds; steadier than rates on a machine that does other things too.
    var processor: Double { processorSeconds / Double(records) }

    /// As one process tells another.
    var line: String { "\(records) \(seconds) \(processorSeconds)" }

    init(records: Int, seconds: Double, processorSeconds: Double) {
        self.records = records
        self.seconds = seconds
        self.processorSeconds = processorSeconds
    }

    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let records = Int(words[0]), let seconds = Double(words[1]),
            let processorSeconds = Double(words[2])
        else { return nil }
        self.init(records: records, seconds: seconds, processorSeconds: processorSeconds)
    }
}

/// Who publishes a tape, each in a process of its own.
enum ReplayContestant {
    /// The C program `ProduceLoop`, which finds the records rendered in a file and reads it before it starts.
    case loop
    /// The same with a queue as short as the replay keeps its own: what a loop with an eye on caches would do.
    case shortLoop
    /// The replay, from the tape: `Benchmarks replay --replay TAPE BROKERS TOPIC`.
    case replay

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// What all of them publish, and where to.
    struct Course {
        var tape: String
        /// The tape's records, as ``ReplayContestant/render(_:into:)`` wrote them, and how many they are.
        var records: (path: String, count: Int)
        var brokers: String
    }

    /// Publishes to a topic.
    func run(_ course: Course, topic: String) throws -> ReplayCost {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        switch self {
        case .replay: return try Self.run(own, ["replay", "--replay", course.tape, course.brokers, topic])
        case .loop, .shortLoop:
            var settings = KafkaRole.producer.settings + [("bootstrap.servers", course.brokers)]
            if self == .shortLoop { settings.append(("queue.buffering.max.messages", "\(FlightWindow.nearby)")) }
            let cost = try Self.run(
                own.deletingLastPathComponent().appending(path: "ProduceLoop"),
                [course.records.path, topic] + settings.flatMap { [$0.key, $0.value] })
            guard cost.records == course.records.count else {
                throw Failure(description: "C loop: \(cost.records) of \(course.records.count) were acknowledged")
            }
            return cost
        }
    }

    private static func run(_ program: URL, _ arguments: [String]) throws -> ReplayCost {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let cost = ReplayCost(line: text) else {
            throw Failure(description: "\(program.lastPathComponent) failed: \(text)")
        }
        return cost
    }

    /// Replays in this process.
    static func replay(_ arguments: [String]) throws -> ReplayCost {
        guard arguments.count == 3 else { throw Failure(description: "--replay wants a tape, brokers and a topic") }
        var configuration = ReplayConfiguration(tapes: [arguments[0]], topic: arguments[2], speed: .maximum)
        configuration.kafka.brokers = arguments[1]
        let before = ProcessorTime.process
        let report = try ReplaySession(configuration: configuration).run()
        guard report.acknowledged > 0, !report.hasLoss else {
            throw Failure(description: "\(report.acknowledged) records were acknowledged")
        }
        return ReplayCost(
            records: Int(report.acknowledged), seconds: report.totalSeconds,
            processorSeconds: ProcessorTime.process - before)
    }

    /// Writes a tape's records as the C loop takes them.
    ///
    /// - Returns: how many there are.
    static func render(_ tape: String, into path: String) throws -> Int {
        let reader = try TapeReader(paths: [tape])
        var decoder = FinnhubFrameDecoder()
        var bytes: [UInt8] = []
        var count = 0
        while let batch = try reader.next() {
            for line in batch.lines where line.kind == .frame {
                guard (try? decoder.decode(batch.text.span.extracting(line.body))) != nil else { continue }
                for trade in decoder.trades {
                    let key = Array(trade.trade.symbol.utf8)
                    let start = line.body.lowerBound + trade.range.lowerBound
                    let value = batch.text[start..<start + trade.range.count]
                    var header: [UInt8] = []
                    RecordIdentity(
                        stream: batch.header.stream, sequence: line.sequence, index: trade.index,
                        receive: line.receive, segment: line.segment
                    ).append(to: &header)
                    for size in [key.count, value.count, header.count] {
                        withUnsafeBytes(of: UInt32(size)) { bytes += $0 }
                    }
                    bytes += key
                    bytes += value
                    bytes += header
                    count += 1
                }
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return count
    }
}
