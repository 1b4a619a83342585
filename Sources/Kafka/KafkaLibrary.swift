import CRDKafka

/// The C library below.
public enum KafkaLibrary {
    /// Version of librdkafka, such as `2.0.2`.
    public static var version: String { String(cString: rd_kafka_version_str()) }

    /// Sets malloc up for a program that does nothing but produce: it joins freed memory at once, and keeps it.
    ///
    /// librdkafka makes four small objects for a message and frees them when it is acknowledged. glibc keeps the smallest
    /// of such apart, so that their neighbours cannot be joined: new messages then lie scattered over all that was ever in
    /// flight, and each of them starts with memory that is in no cache. At top speed that costs a fifth of the processor
    /// time. Buffers of a mebibyte that go back to the kernel and come anew, page by page, cost a twentieth. Call it before
    /// the first thread starts.
    public static func tuneHeap() { crdkafka_tune_heap() }
}
