import Foundation
import Sandbox

/// The servers of a demonstration: those that the user named, or own ones that end with it.
final class DemoServers {
    /// Where Kafka is.
    let brokers: String
    /// Where MongoDB is; may hold a password.
    let mongoURI: String
    /// What was started or found, a line each for the user.
    private(set) var lines: [(name: String, text: String)] = []

    private var stops: [() -> Void] = []

    /// Starts what is not named.
    ///
    /// - Parameters:
    ///   - brokers: a Kafka that runs already.
    ///   - mongoURI: a MongoDB that runs already.
    ///   - kafkaHome: an unpacked Kafka to start instead of the embedded broker.
    ///   - folder: for data and logs.
    /// - Throws: what the part that does not start says, its log file included.
    init(
        brokers: String?, mongoURI: String?, kafkaHome: String?, folder: String
    ) throws {
        if let brokers {
            self.brokers = brokers
            lines.append(("broker", "\(brokers), which runs already"))
        } else {
            let broker = try SandboxBroker.start(folder: folder + "/kafka", kafkaHome: kafkaHome)
            self.brokers = broker.address
            lines.append(("broker", "\(broker.kind) on \(broker.address)"))
            stops.append(broker.stop)
        }
        do {
            if let mongoURI {
                self.mongoURI = mongoURI
                lines.append(("mongod", "the one of TAPEDECK_MONGO_URI, which runs already"))
            } else {
                let server = try MongodServer.start(folder: folder + "/mongod", replicaSet: true)
                self.mongoURI = server.uri
                lines.append(("mongod", "on 127.0.0.1:\(server.port)"))
                stops.append(server.stop)
            }
        } catch {
            stops.forEach { $0() }
            throw error
        }
    }

    /// Ends what was started.
    func stop() {
        while let stop = stops.popLast() { stop() }
    }
}
