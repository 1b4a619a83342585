import Foundation
import JSONText
import Kafka

/// `tapedeck broker`: an embedded Kafka broker for development.
enum BrokerCommand {
    static let listen = CommandOption("listen", .numericListen, default: "127.0.0.1:9092", help: "where clients start")
    static let topic = CommandOption(
        "topic", .topicWithPartitions, default: "raw_data:4", repeats: true, help: "make this topic at start")
    static let readyFile = CommandOption("ready-file", .path, help: "write the address here once it answers")

    static let command = Command(
        name: "broker", summary: "run an embedded Kafka broker for development",
        notes: [
            "It is librdkafka's mock cluster, not Apache Kafka. It keeps about 5 MB of compressed batches a partition and"
                + " drops older ones in silence, read or not. A restart is a new, empty cluster: nothing is stored on disk.",
            "Clients start at --listen and are then told a random port of this machine, so they must run here."
                + " A topic that nobody made appears with \(EmbeddedBroker.automaticPartitions) partitions on first use."
                + " Use a real Kafka for anything that matters.",
        ],
        examples: [
            "tapedeck broker", "tapedeck broker --listen 127.0.0.1:0 --topic raw_data:1 --ready-file /tmp/broker",
        ],
        options: [listen.spec, topic.spec, readyFile.spec],
        isService: true, run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let stopped = DispatchSemaphore(value: 0)
        return try context.signals.whileListening({ _ in stopped.signal() }) {
            let topics = context.settings.values(topic)
            let broker = try EmbeddedBroker(
                listen: context.settings[listen].description, topics: topics, log: LibraryLogs.kafka(context.log))
            let address = broker.address
            context.log.say(
                .info, "embedded-broker",
                [
                    "listen": .string(address),
                    "limits": "5 MB a partition, older records are dropped; nothing outlives it",
                ])
            if let path = context.settings.value(readyFile) { try ReadyFile.write(address, to: path) }
            try context.output.line(
                context.wantsJSON
                    ? JSONValue.object(["address": .string(address)]).canonical : "listening on \(address)")
            try context.output.flush()
            stopped.wait()
            if let path = context.settings.value(readyFile) { unlink(path) }
            broker.stop()
            context.log.say(.info, "stopped")
            return .done
        }
    }
}

extension ValueKind where Value == Address {
    /// An address that needs no name service, as the forwarder wants it.
    static let numericListen = Self(
        "ADDRESS", accepted: "an IPv4 address and a port, such as 127.0.0.1:9092; port 0 takes a free one"
    ) { text in
        guard let address = Address(text, allowsFreePort: true),
            address.host.wholeMatch(of: #/\d{1,3}(\.\d{1,3}){3}/#) != nil,
            address.host.split(separator: ".").allSatisfy({ UInt8($0) != nil })
        else { return nil }
        return address
    }
}

extension ValueKind where Value == EmbeddedBroker.Topic {
    /// A topic and how many partitions it has; the name alone, as other verbs take it, gets the usual number.
    static let topicWithPartitions = Self(
        "NAME[:PARTITIONS]",
        accepted:
            "a topic with its partitions from 1 to 1000 (\(EmbeddedBroker.automaticPartitions) if left out), such as"
            + " raw_data:4"
    ) { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let name = ValueKind<String>.topic.parse(first), parts.count <= 2 else {
            return nil
        }
        guard parts.count == 2 else {
            return EmbeddedBroker.Topic(name: name, partitions: EmbeddedBroker.automaticPartitions)
        }
        return ValueKind<Int>.integer("N", 1...1000).parse(parts[1]).map {
            EmbeddedBroker.Topic(name: name, partitions: $0)
        }
    }
}
