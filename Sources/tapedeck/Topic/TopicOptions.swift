/// How verbs name a topic beside tapes.
enum TopicOptions {
    static let foreign = CommandOption(
        switch: "foreign", help: "of a topic, take the records that have no stream: frames, or trades of others")

    /// What follows `kafka:` in an argument that names a topic; nil for any other argument.
    static func topic(_ argument: String) throws(UsageError) -> String? {
        guard argument.hasPrefix("kafka:") else { return nil }
        let kind = ValueKind<String>.topic
        guard let topic = kind.parse(String(argument.dropFirst(6))) else {
            throw .badArgument(argument, accepted: "kafka:TOPIC, a topic's name being \(kind.accepted)")
        }
        return topic
    }
}
