import TradeModel

/// Writes state as little-endian bytes, doubles as their IEEE 754 bits.
struct StateWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(byte: UInt8) { bytes.append(byte) }

    mutating func append(_ number: Int64) {
        let bits = UInt64(bitPattern: number)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }

    mutating func append(_ number: Double) { append(Int64(bitPattern: number.bitPattern)) }

    mutating func append(_ numbers: [Double]) {
        for number in numbers { append(number) }
    }

    mutating func append<let count: Int>(_ numbers: borrowing InlineArray<count, Double>) {
        for place in 0..<count { append(numbers[place]) }
    }

    mutating func append(_ number: Int64?) {
        append(byte: number == nil ? 0 : 1)
        if let number { append(number) }
    }

    mutating func append(_ text: String) {
        append(Int64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func append(_ blob: [UInt8]) {
        append(Int64(blob.count))
        bytes += blob
    }

    mutating func append(_ identity: TradeIdentity) {
        switch identity {
        case .tape(let stream, let sequence, let index):
            append(byte: 1)
            append(stream)
            append(sequence)
            append(Int64(index))
        case .kafka(let topic, let partition, let offset, let index):
            append(byte: 2)
            append(topic)
            append(Int64(partition))
            append(offset)
            append(Int64(index))
        }
    }
}

/// Reads what `StateWriter` wrote; hostile bytes throw and never trap.
struct StateReader {
    private let part: String
    private let bytes: [UInt8]
    private var offset = 0

    /// The longest text that a stream id or topic may have.
    static let maximumTextLength = 1_024

    init(_ bytes: [UInt8], part: String) {
        self.bytes = bytes
        self.part = part
    }

    func failure(_ detail: String) -> ForecastError { .badState(part: part, offset: offset, detail: detail) }

    mutating func byte() throws(ForecastError) -> UInt8 {
        guard offset < bytes.count else { throw failure("ends early") }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func integer() throws(ForecastError) -> Int64 {
        guard bytes.count - offset >= 8 else { throw failure("ends early") }
        var bits: UInt64 = 0
        for place in 0..<8 { bits |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
        offset += 8
        return Int64(bitPattern: bits)
    }

    /// A count or number of a known range.
    mutating func integer(in range: ClosedRange<Int64>, _ what: String) throws(ForecastError) -> Int64 {
        let number = try integer()
        guard range.contains(number) else {
            throw failure("\(what) is \(number), not \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func double() throws(ForecastError) -> Double {
        Double(bitPattern: UInt64(bitPattern: try integer()))
    }

    mutating func doubles(_ count: Int) throws(ForecastError) -> [Double] {
        guard (bytes.count - offset) / 8 >= count else { throw failure("ends early") }
        var numbers: [Double] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count { numbers.append(try double()) }
        return numbers
    }

    mutating func inlineDoubles<let count: Int>() throws(ForecastError) -> InlineArray<count, Double> {
        var numbers = InlineArray<count, Double>(repeating: 0)
        for place in 0..<count { numbers[place] = try double() }
        return numbers
    }

    mutating func flag() throws(ForecastError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        case let other: throw failure("a flag is \(other)")
        }
    }

    mutating func optionalInteger() throws(ForecastError) -> Int64? {
        try flag() ? try integer() : nil
    }

    mutating func text() throws(ForecastError) -> String {
        let count = Int(try integer(in: 0...Int64(Self.maximumTextLength), "a text's length"))
        guard bytes.count - offset >= count else { throw failure("ends early") }
        guard let text = String(validating: bytes[offset..<(offset + count)], as: UTF8.self) else {
            throw failure("a text is not UTF-8")
        }
        offset += count
        return text
    }

    mutating func blob() throws(ForecastError) -> [UInt8] {
        let count = Int(try integer(in: 0...Int64(bytes.count), "a part's length"))
        guard bytes.count - offset >= count else { throw failure("ends early") }
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }

    mutating func identity() throws(ForecastError) -> TradeIdentity {
        switch try byte() {
        case 1:
            return .tape(stream: try text(), sequence: try integer(), index: try narrow())
        case 2:
            return .kafka(topic: try text(), partition: try narrow(), offset: try integer(), index: try narrow())
        case let other: throw failure("an identity has kind \(other)")
        }
    }

    private mutating func narrow() throws(ForecastError) -> Int32 {
        Int32(truncatingIfNeeded: try integer(in: Int64(Int32.min)...Int64(Int32.max), "an index"))
    }

    func end() throws(ForecastError) {
        guard offset == bytes.count else { throw failure("\(bytes.count - offset) bytes too many") }
    }
}
