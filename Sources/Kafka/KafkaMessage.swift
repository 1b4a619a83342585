import CRDKafka

/// A record as it came, owned by whoever holds it and freed with it.
///
/// Nothing is copied until asked for. Keep few at a time: each holds on to the whole response that it came in.
public struct KafkaMessage: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_message_t>

    /// Takes over a message that librdkafka gave out.
    init(owning pointer: UnsafeMutablePointer<rd_kafka_message_t>) { self.pointer = pointer }

    deinit { rd_kafka_message_destroy(pointer) }

    /// The partition's number.
    public var partition: Int32 { pointer.pointee.partition }

    /// Its place in the partition.
    public var offset: Int64 { pointer.pointee.offset }

    /// Its timestamp in ms since the epoch: publish time, unless the topic or the publisher decides otherwise.
    public var timestamp: Int64? {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(pointer, &type)
        return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : time
    }

    /// Bytes of key and value.
    public var size: Int { pointer.pointee.key_len + pointer.pointee.len }

    /// Lends the key's bytes; nil is a record without a key.
    public func withKey<R, E: Error>(_ body: (Span<UInt8>?) throws(E) -> R) throws(E) -> R {
        try Self.lend(pointer.pointee.key, pointer.pointee.key_len, body)
    }

    /// Lends the value's bytes; nil is a record without a value.
    public func withValue<R, E: Error>(_ body: (Span<UInt8>?) throws(E) -> R) throws(E) -> R {
        try Self.lend(pointer.pointee.payload, pointer.pointee.len, body)
    }

    /// Lends the bytes of the first header of a name, and tells how many headers have that name.
    ///
    /// - Parameters:
    ///   - name: the header's name, compared exactly.
    ///   - body: gets the bytes (nil: no such header, or one without a value) and the count.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public func withHeader<R, E: Error>(
        _ name: KafkaHeaderName, _ body: (Span<UInt8>?, Int) throws(E) -> R
    ) throws(E) -> R {
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(pointer, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR else { return try body(nil, 0) }
        var first: (bytes: UnsafeRawPointer?, size: Int) = (nil, 0)
        var count = 0
        name.characters.withUnsafeBufferPointer { name in
            guard let name = name.baseAddress else { return }
            var bytes: UnsafeRawPointer?
            var size = 0
            while rd_kafka_header_get(headers, count, name, &bytes, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
                if count == 0 { first = (bytes, size) }
                count += 1
            }
        }
        return try Self.lend(first.bytes, first.size) { span throws(E) in try body(span, count) }
    }

    /// A copy of the key.
    public var key: [UInt8]? { withKey(Array.copy) }

    /// A copy of the value.
    public var value: [UInt8]? { withValue(Array.copy) }

    /// Copies of all headers, in order; for what is kept aside, not for every record.
    public var headers: [(name: String, value: [UInt8]?)] {
        var handle: OpaquePointer?
        guard rd_kafka_message_headers(pointer, &handle) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
        var all: [(name: String, value: [UInt8]?)] = []
        var name: UnsafePointer<CChar>?
        var bytes: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(handle, all.count, &name, &bytes, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let value = bytes.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) }
            all.append((name.map { String(cString: $0) } ?? "", value))
        }
        return all
    }

    private static func lend<R, E: Error>(
        _ start: UnsafeRawPointer?, _ count: Int, _ body: (Span<UInt8>?) throws(E) -> R
    ) throws(E) -> R {
        guard let start else { return try body(nil) }
        let bytes = UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
        return try body(bytes.span)
    }
}

extension [UInt8] {
    /// Copies a span's bytes; no span, no array.
    static func copy(_ span: Span<UInt8>?) -> [UInt8]? {
        guard let span else { return nil }
        return span.withUnsafeBufferPointer { Array($0) }
    }
}
