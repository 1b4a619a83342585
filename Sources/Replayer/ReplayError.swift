import Diagnostics
import Kafka
import Tape
import WebSocket

/// Why a replay could not be done.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A setting out of its range: a usage error.
    case badOption(name: String, given: String, accepted: String)
    /// The tape cannot be read.
    case tape(TapeError)
    /// Kafka cannot be reached, or refuses what we ask for.
    case kafka(KafkaError)
    /// The topic is not there and nobody said how many partitions it is to have.
    case missingTopic(String, brokers: String)
    /// The broker refused records for good.
    case undelivered(records: Int, topic: String, KafkaError)
    /// Kafka takes records more slowly than the pace asks for.
    case overloaded(topic: String)
    /// A checkpoint that cannot be used.
    case checkpoint(path: String, String)
    /// It was told to stop before it began.
    case stopped
    /// An address cannot be listened on.
    case webSocket(WebSocketError)
    /// Producers die as fast as they are made.
    case producerKeepsFailing(KafkaError)

    /// Whether the caller's settings are at fault: exit code 2.
    public var isUsage: Bool {
        switch self {
        case .badOption: true
        case .kafka(let error): error.isUsage
        default: false
        }
    }

    /// One line: what, where, and what to do about it.
    public var description: String {
        let text =
            switch self {
            case .badOption(let name, let given, let accepted): "\(name) '\(given)' is not accepted: use \(accepted)"
            case .tape(let error): "\(error)"
            case .kafka(let error): "\(error)"
            case .overloaded(let topic):
                "\(topic): the producer's queue is full: play slower, or leave --overload at slow"
            case .checkpoint(let path, let why): "checkpoint \(path): \(why)"
            case .stopped: "stopped before anything was published"
            case .webSocket(let error): "\(error)"
            case .missingTopic(let topic, let brokers):
                "topic \(topic) does not exist on \(brokers): create it, or add --partitions N to let replay create it"
            case .undelivered(let records, let topic, let error):
                "topic \(topic): the broker refused \(records) records, the first because: \(error)"
            case .producerKeepsFailing(let error):
                "three Kafka producers failed one after the other: \(error): look at the broker's log"
            }
        return Redaction.urls(in: text)
    }
}
