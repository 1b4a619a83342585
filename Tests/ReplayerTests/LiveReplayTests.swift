import Foundation
import Kafka
import Replayer
import Sandbox
import Synchronization
import TestSupport
import Testing
import TradeModel

/// A folder with Kafka's `libs`, from the environment; says aloud when there is none.
private let kafkaHome: String? = {
    if let home = ProcessInfo.processInfo.environment["KAFKA_HOME"], !home.isEmpty { return home }
    FileHandle.standardError.write(Data("SKIPPED: replays into a real Kafka (set KAFKA_HOME)\n".utf8))
    return nil
}()

@Suite(.enabled(if: kafkaHome != nil), .timeLimit(.minutes(5))) struct LiveReplayTests {
    /// confluentinc/librdkafka#3635: broker restarts under load.
    @Test func aBrokerKilledThreeTimesCostsNoRecordAndNoOrder() throws {
        let folder = try TemporaryFolder("replay")
        let server = try KafkaServer.start(folder: folder.file("kafka"), home: try #require(kafkaHome))
        defer { server.stop() }
        let symbols = (0..<20).map { "S\($0)" }
        let path = try TestTape.even(60_000, every: 1000, symbols: symbols, to: folder.file("a.jsonl.gz"))
        var configuration = ReplayConfiguration(
            tapes: [path], partitions: 4, speed: try ReplaySpeed(perSecond: "20000"), endMarker: true)
        configuration.kafka.brokers = server.bootstrap
        // Killed while records are under way, started again while more come.
        let kills = Mutex((count: 0, isRestarting: false))
        let session = ReplaySession(configuration: configuration) { progress in
            let isDue = kills.withLock { state in
                guard state.count != 3, !state.isRestarting, progress.acknowledged >= (state.count + 1) * 10_000
                else { return false }
                state = (state.count + 1, true)
                return true
            }
            guard isDue else { return }
            server.kill()
            Thread {
                do { try server.restart() } catch { Issue.record(error) }
                kills.withLock { $0.isRestarting = false }
            }.start()
        }
        let report = try session.run()
        #expect(kills.withLock { $0.count } == 3)
        #expect(report.published == 60_000 && report.acknowledged == 60_000 && report.endMarkers == 4)

        let consumer = try KafkaConsumer(configuration: configuration.kafka, topic: "raw_data", group: "g")
        try consumer.assign((0..<4).map { ($0, 0) })
        var sequences = [[Int64]](repeating: [], count: 4)
        var markers = [Int](repeating: 0, count: 4)
        var open = 4
        while open > 0 {
            switch consumer.poll(timeout: .seconds(1)) {
            case .message(let message):
                let sequence = message.withHeader(.tape) { span, _ -> Int64? in
                    guard let span else { return nil }
                    return try? RecordIdentity(parsing: span).sequence
                }
                if let sequence {
                    sequences[Int(message.partition)].append(sequence)
                } else {
                    markers[Int(message.partition)] += 1
                }
            case .endOfPartition: open -= 1
            case .failure(let error): throw error
            default: break
            }
        }
        #expect(consumer.close(within: .seconds(20)))
        #expect(markers == [1, 1, 1, 1])
        var all: Set<Int64> = []
        for partition in sequences {
            var seen: Set<Int64> = []
            let firsts = partition.filter { seen.insert($0).inserted }
            #expect(firsts == firsts.sorted())
            all.formUnion(seen)
        }
        #expect(all.count == 60_000)
        #expect(sequences.joined().count - 60_000 <= report.possibleDuplicates)
    }
}
