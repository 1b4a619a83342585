import Foundation

/// The files that a one-node Kafka starts from.
enum KafkaProperties {
    /// `server.properties` of a node that is broker and controller, all on loopback.
    static func server(data: String, port: Int, controller: Int, partitions: Int) -> String {
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:\(controller)
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(controller)
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        log.dirs=\(data)
        num.partitions=\(partitions)
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        controlled.shutdown.enable=false
        broker.heartbeat.interval.ms=250
        broker.session.timeout.ms=1000

        """
    }

    /// `log4j2.properties`: warnings and worse, to the output that goes to `broker.log`.
    static let log = """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d %p %m (%c)%n%throwable
        rootLogger.level = WARN
        rootLogger.appenderRef.console.ref = console

        """

    /// A cluster id as Kafka makes them: 16 random bytes, base64 for URLs, no padding; not starting with a dash, which
    /// the storage tool would take for an option.
    static func clusterID() -> String {
        while true {
            let bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
            let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
            if !text.hasPrefix("-") { return text }
        }
    }
}
