import CBenchPeers
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

/// Who publishes a tape: `Benchmarks replay --loop TAPE BROKERS TOPIC`.
enum ReplayContestant: String {
    case loop = "--loop"
    case replay = "--replay"

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Publishes, in this process.
    func run(_ arguments: [String]) throws -> ReplayCost {
        guard arguments.count == 3 else { throw Failure(description: "\(rawValue) wants a tape, brokers and a topic") }
        return switch self {
        case .loop: try Self.loop(arguments[0], brokers: arguments[1], topic: arguments[2])
        case .replay: try Self.replay(arguments[0], brokers: arguments[1], topic: arguments[2])
        }
    }

    /// Publishes in a process of its own.
    func inItsOwnProcess(_ arguments: [String]) throws -> ReplayCost {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["replay", rawValue] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let cost = ReplayCost(line: text) else {
            throw Failure(description: "\(rawValue) failed: \(text)")
        }
        return cost
    }

    private static func replay(_ tape: String, brokers: String, topic: String) throws -> ReplayCost {
        KafkaLibrary.tuneHeap()
        var configuration = ReplayConfiguration(tapes: [tape], topic: topic, speed: .maximum)
        configuration.kafka.brokers = brokers
        let before = ProcessorTime.process
        let report = try ReplaySession(configuration: configuration).run()
        guard report.acknowledged > 0, !report.hasLoss else {
            throw Failure(description: "\(report.acknowledged) records were acknowledged")
        }
        return ReplayCost(
            records: Int(report.acknowledged), seconds: report.totalSeconds,
            processorSeconds: ProcessorTime.process - before)
    }

    private static func loop(_ tape: String, brokers: String, topic: String) throws -> ReplayCost {
        let (records, count) = try render(tape)
        let settings = KafkaRole.producer.settings + [("bootstrap.servers", brokers)]
        let strings = settings.flatMap { [strdup($0.key), strdup($0.value)] }
        defer { strings.forEach { free($0) } }
        let pointers = strings.map { UnsafePointer<CChar>($0) }
        let before = ProcessorTime.process
        var seconds = 0.0
        var acknowledged: UInt64 = 0
        var reason = [CChar](repeating: 0, count: 512)
        let outcome = cbench_produce(
            pointers, settings.count, topic, records, records.count, &seconds, &acknowledged, &reason, reason.count)
        guard outcome == 0, acknowledged == UInt64(count) else {
            let text = reason.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            throw Failure(description: "C loop: \(acknowledged) of \(count): \(text)")
        }
        return ReplayCost(records: count, seconds: seconds, processorSeconds: ProcessorTime.process - before)
    }

    /// The tape's records as the C loop takes them.
    private static func render(_ tape: String) throws -> (bytes: [UInt8], count: Int) {
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
        return (bytes, count)
    }
}
