import CRDKafka

/// The C library below.
public enum KafkaLibrary {
    /// Version of librdkafka, such as `2.0.2`.
    public static var version: String { String(cString: rd_kafka_version_str()) }
}
