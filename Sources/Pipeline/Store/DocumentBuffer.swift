/// BSON documents end to end in one array of bytes: what a bulk insert sends, written without an allocation a document.
///
/// Keys are written as they are given; the caller's order is the document's order.
struct DocumentBuffer: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each document ends; one begins where its predecessor ended.
    private(set) var ends: [Int] = []
    /// Starts of the documents and arrays that are open.
    private var open: [Int] = []

    /// How many documents are complete.
    var count: Int { ends.count }
    var isEmpty: Bool { ends.isEmpty }

    /// The bytes of one document.
    func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    /// A copy of one document.
    func document(_ index: Int) -> [UInt8] { Array(bytes[range(index)]) }

    /// Makes room, so that a batch grows its arrays once.
    mutating func reserve(documents: Int, bytes count: Int) {
        ends.reserveCapacity(documents)
        bytes.reserveCapacity(count)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Appends a finished document.
    mutating func append(_ document: [UInt8]) {
        bytes += document
        ends.append(bytes.count)
    }

    /// Opens a document.
    mutating func begin() {
        open.append(bytes.count)
        appendInt32(0)
    }

    /// Closes the innermost document or array; the outermost one becomes a document of the buffer.
    mutating func end() {
        bytes.append(0)
        let start = open.removeLast()
        let length = UInt32(bytes.count - start)
        for shift in 0..<4 { bytes[start + shift] = UInt8(truncatingIfNeeded: length >> UInt32(8 * shift)) }
        if open.isEmpty { ends.append(bytes.count) }
    }

    mutating func beginDocument(_ key: StaticString) {
        element(0x03, key)
        begin()
    }

    mutating func beginDocument(named key: String) {
        bytes.append(0x03)
        appendName(key)
        begin()
    }

    mutating func beginArray(_ key: StaticString) {
        element(0x04, key)
        begin()
    }

    mutating func string(_ key: StaticString, _ value: String) {
        element(0x02, key)
        appendText(value)
    }

    /// An element of an array; its key is its index.
    mutating func string(at index: Int, _ value: String) {
        bytes.append(0x02)
        appendIndex(index)
        appendText(value)
    }

    mutating func beginDocument(at index: Int) {
        bytes.append(0x03)
        appendIndex(index)
        begin()
    }

    mutating func double(_ key: StaticString, _ value: Double) {
        element(0x01, key)
        appendInt64(Int64(bitPattern: value.bitPattern))
    }

    /// A double or, where there is none, null.
    mutating func double(_ key: StaticString, orNull value: Double?) {
        if let value { double(key, value) } else { null(key) }
    }

    mutating func int64(_ key: StaticString, _ value: Int64) {
        element(0x12, key)
        appendInt64(value)
    }

    mutating func int32(_ key: StaticString, _ value: Int32) {
        element(0x10, key)
        appendInt32(value)
    }

    /// A date, in ms since the epoch.
    mutating func date(_ key: StaticString, _ milliseconds: Int64) {
        element(0x09, key)
        appendInt64(milliseconds)
    }

    mutating func bool(_ key: StaticString, _ value: Bool) {
        element(0x08, key)
        bytes.append(value ? 1 : 0)
    }

    mutating func null(_ key: StaticString) { element(0x0A, key) }

    /// Binary data, generic subtype.
    mutating func binary(_ key: StaticString, _ value: some Collection<UInt8>) {
        element(0x05, key)
        appendInt32(Int32(value.count))
        bytes.append(0)
        bytes += value
    }

    /// A string whose text the caller appends as bytes; they must be UTF-8 without NUL checks needed.
    mutating func string(_ key: StaticString, writing body: (inout [UInt8]) -> Void) {
        element(0x02, key)
        let start = bytes.count
        appendInt32(0)
        body(&bytes)
        bytes.append(0)
        let length = UInt32(bytes.count - start - 4)
        for shift in 0..<4 { bytes[start + shift] = UInt8(truncatingIfNeeded: length >> UInt32(8 * shift)) }
    }

    private mutating func element(_ type: UInt8, _ key: StaticString) {
        bytes.append(type)
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(0)
    }

    private mutating func appendName(_ key: String) {
        bytes += key.utf8
        bytes.append(0)
    }

    private mutating func appendIndex(_ index: Int) {
        if index < 10 { bytes.append(UInt8(ascii: "0") + UInt8(index)) } else { bytes += String(index).utf8 }
        bytes.append(0)
    }

    private mutating func appendText(_ value: String) {
        let utf8 = value.utf8
        appendInt32(Int32(utf8.count + 1))
        bytes += utf8
        bytes.append(0)
    }

    private mutating func appendInt32(_ value: Int32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func appendInt64(_ value: Int64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
