import CRDKafka

/// The C library below.
public enum KafkaLibrary {
    /// Version of librdkafka, such as `2.0.2`.
    public static var version: String { String(cString: rd_kafka_version_str()) }

    /// Makes all threads of this process share one heap, for a program that does nothing but produce.
    ///
    /// librdkafka allocates a message on the producing thread and its batch on another; with a heap for each thread,
    /// glibc's malloc then costs a sixth of the processor time at top speed. Call it before the first thread starts.
    public static func useOneHeap() { crdkafka_use_one_heap() }
}
