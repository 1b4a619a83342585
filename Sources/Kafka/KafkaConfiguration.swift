/// How to reach Kafka: what all clients share.
public struct KafkaConfiguration: Sendable {
    /// Addresses to start from, `HOST:PORT[,HOST:PORT…]`.
    ///
    /// Default: `127.0.0.1:9092`.
    public var brokers: String
    /// More of librdkafka's options, in order; a later one of the same key wins.
    ///
    /// Default: none.
    ///
    /// A key that Tapedeck needs otherwise is refused when a client is made. Values may be secrets: never print them.
    public var options: [(key: String, value: String)]

    /// Makes a configuration.
    public init(brokers: String = "127.0.0.1:9092", options: [(key: String, value: String)] = []) {
        self.brokers = brokers
        self.options = options
    }

    /// Refuses what a producer or a consumer could not be made with, before anything is connected to.
    ///
    /// - Throws: ``KafkaError`` with ``KafkaError/isUsage``, naming the key.
    public func validate(for role: KafkaRole) throws(KafkaError) { _ = try settings(for: role, extra: []) }

    /// Joins defaults, the caller's options and the fixed settings of a role.
    func settings(
        for role: KafkaRole, extra: [(key: String, value: String)]
    ) throws(KafkaError) -> RDKafkaSettings {
        guard !brokers.isEmpty else { throw .usage("--brokers is empty") }
        let settings = RDKafkaSettings()
        for (key, value) in role.defaults { try settings.set(key, value) }
        let fixed = role.fixed + extra + [("bootstrap.servers", brokers)]
        for (key, value) in options {
            let canonical = KafkaRole.aliases[key] ?? key
            if let match = fixed.first(where: { $0.key == canonical }), match.value != value {
                throw .usage("--kafka-option \(key): Tapedeck fixes \(canonical)")
            }
            if role.refused.contains(canonical) { throw .usage("--kafka-option \(key): Tapedeck does not support it") }
            try settings.set(key, value)
        }
        for (key, value) in fixed { try settings.set(key, value) }
        return settings
    }
}
