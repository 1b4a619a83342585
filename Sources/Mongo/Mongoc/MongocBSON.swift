import CMongoC

/// Handing documents to libmongoc and back.
///
/// `bson_t` is aligned to 128 bytes, more than Swift gives an imported struct: it lives in memory asked for with that
/// alignment, and C sees only its address. Nothing here blocks.
enum MongocBSON {
    /// Bytes and alignment of a `bson_t` (bson-types.h asserts the size).
    static let size = 128

    /// Calls `body` with a read-only `bson_t` over a document's bytes, valid for the call only.
    static func with<R>(_ document: borrowing BSONDocument, _ body: (OpaquePointer) -> R) -> R {
        document.bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(byteCount: size, alignment: size) { memory in
                let bson = OpaquePointer(memory.baseAddress)
                guard let bson, bson_init_static(bson, bytes.baseAddress, bytes.count) else {
                    fatalError("libbson refuses a document of \(bytes.count) bytes that Mongo made")
                }
                return body(bson)
            }
        }
    }

    /// Calls `body` with a read-only `bson_t` over one document among others, valid for the call only; false
    /// without a call if the bytes do not even have the length that they name.
    static func with(_ bytes: [UInt8], _ range: Range<Int>, _ body: (OpaquePointer) -> Bool) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(byteCount: size, alignment: size) { memory in
                let bson = OpaquePointer(memory.baseAddress)
                let document = UnsafeBufferPointer(rebasing: bytes[range])
                guard let bson, bson_init_static(bson, document.baseAddress, document.count) else { return false }
                return body(bson)
            }
        }
    }

    /// As `with`, for a document that may be absent.
    static func withOptional<R>(_ document: BSONDocument?, _ body: (OpaquePointer?) -> R) -> R {
        guard let document else { return body(nil) }
        return with(document) { body($0) }
    }

    /// Calls `body` with memory for a `bson_t` that it lets C initialise, then copies the document and frees C's.
    ///
    /// - Returns: body's result and the reply.
    /// - Throws: ``BSONError`` if the server's bytes are no valid BSON.
    static func reply<R>(_ body: (OpaquePointer) -> R) throws(BSONError) -> (R, BSONDocument) {
        let (result, bytes): (R, [UInt8]) = withUnsafeTemporaryAllocation(byteCount: size, alignment: size) { memory in
            guard let base = memory.baseAddress else { fatalError("no memory for a bson_t") }
            let bson = OpaquePointer(base)
            bson_init(bson)
            let result = body(bson)
            defer { bson_destroy(bson) }
            return (result, copy(bson))
        }
        return (result, try BSONDocument(validating: bytes))
    }

    /// The bytes of a `bson_t` that C owns.
    static func copy(_ bson: OpaquePointer) -> [UInt8] {
        guard let data = bson_get_data(bson) else { return [5, 0, 0, 0, 0] }
        // The length is the document's own first field: `len` of the over-aligned struct is out of Swift's reach.
        let length = UnsafeRawPointer(data).loadUnaligned(as: UInt32.self).littleEndian
        return Array(UnsafeBufferPointer(start: data, count: Int(length)))
    }
}
