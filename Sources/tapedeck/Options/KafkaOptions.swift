import Kafka

/// How verbs reach Kafka.
enum KafkaOptions {
    static let brokers = CommandOption("brokers", .brokers, default: "127.0.0.1:9092", help: "where Kafka is")
    static let topic = CommandOption("topic", .topic, default: "raw_data", help: "the topic of trades")
    static let option = CommandOption(
        "kafka-option", .keyValue, usual: false, repeats: true,
        help: "pass a librdkafka option through; passwords and keys only by environment or file"
    ).hiding(
        { text in isSecret(text) ? "\(text.prefix { $0 != "=" })=***" : text },
        unfitForFlag: isSecret)
    static let waitForServers = CommandOption(
        "wait-for-servers", .duration(.seconds(1)...(.seconds(86_400))), default: "10s", usual: false,
        help: "give up after this if no server answers at first")

    /// How to reach Kafka.
    static func configuration(_ settings: Settings) -> KafkaConfiguration {
        let options = settings.values(option).map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (key: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        return KafkaConfiguration(brokers: settings[brokers], options: options)
    }

    /// Whether a `key=value` is one that other users of the machine must not read.
    static func isSecret(_ text: String) -> Bool {
        let key = text.prefix { $0 != "=" }.lowercased()
        return ["password", "secret", "key.pem", "oauthbearer.config"].contains { key.contains($0) }
    }
}

extension ValueKind where Value == String {
    /// Broker addresses.
    static let brokers = Self(
        "HOST:PORT", accepted: "broker addresses with commas between them, such as 127.0.0.1:9092"
    ) { text in
        let addresses = text.split(separator: ",", omittingEmptySubsequences: false)
        return !addresses.isEmpty && addresses.allSatisfy { Address(String($0), allowsFreePort: false) != nil }
            ? text : nil
    }

    /// A topic's name, as Kafka itself bounds it.
    static let topic = Self("NAME", accepted: "1 to 249 of letters, digits, '.', '_', '-'") { text in
        text.wholeMatch(of: #/[A-Za-z0-9._-]{1,249}/#) != nil && text != "." && text != ".." ? text : nil
    }

    /// A consumer group's name.
    static let group = Self("NAME", accepted: "1 to 249 of letters, digits, '.', '_', '-'") { text in
        text.wholeMatch(of: #/[A-Za-z0-9._-]{1,249}/#) != nil ? text : nil
    }

    /// A stream's id.
    static let stream = Self("ID", accepted: "a stream id: 1 to 64 of letters, digits, '-', '~', '+'") { text in
        text.wholeMatch(of: #/[A-Za-z0-9~+-]{1,64}/#) != nil ? text : nil
    }

    /// An option for a library.
    static let keyValue = Self("KEY=VALUE", accepted: "a librdkafka option as key=value") { text in
        text.wholeMatch(of: #/[A-Za-z0-9._-]+=.*/#) != nil ? text : nil
    }
}

/// A host and a port.
struct Address: Sendable, Equatable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Reads `127.0.0.1:9092`, `broker:9092` or `[::1]:9092`.
    init?(_ text: String, allowsFreePort: Bool) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Digits.integer(String(text[text.index(after: colon)...])),
            (allowsFreePort ? 0 : 1)...65_535 ~= Int(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard host.wholeMatch(of: #/[A-Za-z0-9._:-]+/#) != nil else { return nil }
        self.host = host
        self.port = Int(port)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ValueKind where Value == Address {
    /// An address to listen on.
    static let listen = Self("ADDRESS", accepted: "HOST:PORT; port 0 takes a free one") {
        Address($0, allowsFreePort: true)
    }
}
