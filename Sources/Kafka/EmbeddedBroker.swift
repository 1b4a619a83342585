import CRDKafka
import Synchronization

/// A Kafka broker inside this process, for development and tests: librdkafka's mock cluster, one broker.
///
/// Its limits:
/// - It keeps about 5 MB of batches, as they were compressed, a partition, and drops the oldest in silence, read or
///   not. It is no store: for more use a real broker.
/// - A restart is a new, empty cluster; its id differs as a rule, but may repeat within one process.
/// - It listens on a random port, which is what it tells clients in its metadata. The forwarder on ``address`` only
///   lets them start from an address known beforehand: clients must run on this machine.
/// - It makes a topic that someone produces to or asks for by name, with ``automaticPartitions``; `CreateTopics` only
///   times out, offsets for times are always -1, transactions isolate nothing, groups are not described.
/// - A group takes 3 s to form.
public final class EmbeddedBroker: Sendable {
    /// A topic to make at start.
    public struct Topic: Sendable, Equatable {
        /// The topic's name.
        public var name: String
        /// How many partitions it has.
        public var partitions: Int

        /// Makes a topic's description.
        public init(name: String, partitions: Int) {
            self.name = name
            self.partitions = partitions
        }
    }

    /// Partitions of a topic that nobody made.
    public static let automaticPartitions = 4
    /// What a mock cluster's id begins with.
    static let clusterIDPrefix = "mockCluster"

    /// Where clients start, `ADDRESS:PORT`; the port is the real one if 0 was asked for.
    public let address: String
    /// The mock broker's own address, without the forwarder.
    public let directAddress: String

    private let client: RDKafkaClient
    private let cluster: MockCluster
    private let forwarder: TCPForwarder

    /// Starts a broker; it answers when this returns.
    ///
    /// - Parameters:
    ///   - listen: `ADDRESS:PORT` with a numeric IPv4 address; port 0 takes a free one.
    ///   - topics: topics to make.
    ///   - log: takes librdkafka's lines; its complaint about missing brokers is left out.
    /// - Throws: ``KafkaError`` when the address cannot be had or a topic cannot be.
    public init(
        listen: String = "127.0.0.1:9092", topics: [Topic] = [], log: @escaping KafkaLogHandler = { _ in }
    ) throws(KafkaError) {
        let context = RDKafkaContext { line in
            guard line.facility != "CONFWARN" else { return }  // this client carries the mock and needs no brokers
            log(line)
        }
        client = try RDKafkaSettings().makeClient(RD_KAFKA_PRODUCER, context: context)
        cluster = try MockCluster(of: client)
        directAddress = cluster.bootstrap
        for topic in topics { try cluster.create(topic.name, partitions: topic.partitions) }
        forwarder = try TCPForwarder(listen: listen, target: directAddress)
        address = forwarder.address
    }

    /// Makes a topic; one that exists keeps its partitions.
    public func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
        try cluster.create(name, partitions: partitions)
    }

    /// Stops answering, as a broker does that is being restarted, until ``goUp()``; what it stores stays.
    public func goDown() { cluster.setDown(true) }

    /// Answers again.
    public func goUp() { cluster.setDown(false) }

    /// Lets every response wait this long; for tests of slow acknowledgements.
    public func setRoundTripTime(_ duration: Duration) { cluster.setRoundTripTime(duration) }

    /// Stops the forwarder; the cluster itself ends when the last reference goes.
    public func stop() { forwarder.stop() }

    deinit { forwarder.stop() }
}
