import CRDKafka

/// The C library below.
public enum KafkaLibrary {
    /// Version of librdkafka, such as `2.0.2`.
    public static var version: String { String(cString: rd_kafka_version_str()) }

    /// Makes malloc join freed memory at once, for a program that does nothing but produce.
    ///
    /// librdkafka makes four small objects for a message and frees them when it is acknowledged. glibc keeps the smallest
    /// of such apart, so that their neighbours cannot be joined: new messages then lie scattered over all that was ever in
    /// flight, and each of them starts with memory that is in no cache. At top speed that costs a fifth of the processor
    /// time. Call it before the first thread starts.
    public static func mergeFreedMemory() { crdkafka_merge_freed_memory() }
}
