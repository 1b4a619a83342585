/// Remembers what slices of messages were worth, so that equal slices share one value and are checked once.
///
/// Bounded: what finds no place within eight slots, or is longer than 160 bytes, is made anew each time. The hash is
/// fixed; a sender who makes keys collide gains no more than that.
struct InternTable<Value: Sendable>: Sendable {
    private struct Key {
        var hash: UInt64
        var start: Int32
        var count: Int32
        var value: Int32
    }
    private static var longest: Int { 160 }
    private static var probes: Int { 8 }

    /// A slot of count 0 is free; empty slices are not kept.
    private var slots: [Key]
    private var text: [UInt8] = []
    private var values: [Value] = []

    /// Makes a table.
    ///
    /// - Parameter capacity: Slots; a power of two.
    init(capacity: Int) { slots = Array(repeating: Key(hash: 0, start: 0, count: 0, value: 0), count: capacity) }

    @inline(__always)
    private static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = UInt64(range.count)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            hash = (hash ^ EightBytes.word(text, start, end: range.upperBound)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
        }
        return hash
    }

    /// The value of a slice that was seen before.
    @inline(__always)
    func value(_ text: Span<UInt8>, _ range: Range<Int>) -> Value? {
        guard range.count <= Self.longest else { return nil }
        let hash = Self.hash(text, range)
        for probe in 0..<Self.probes {
            let key = slots[(Int(truncatingIfNeeded: hash) &+ probe) & (slots.count - 1)]
            if key.count == 0 { return nil }
            if key.hash == hash, isEqual(key, text, range) { return values[Int(key.value)] }
        }
        return nil
    }

    @inline(__always)
    private func isEqual(_ key: Key, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard Int(key.count) == range.count else { return false }
        let (kept, end) = (self.text.span, Int(key.start + key.count))
        for offset in stride(from: 0, to: range.count, by: 8) {
            let own = EightBytes.word(kept, Int(key.start) + offset, end: end)
            guard own == EightBytes.word(text, range.lowerBound + offset, end: range.upperBound) else { return false }
        }
        return true
    }

    /// Remembers a slice that `value` did not find, if there is room.
    mutating func insert(_ value: Value, _ text: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty, range.count <= Self.longest else { return }
        let hash = Self.hash(text, range)
        for probe in 0..<Self.probes {
            let slot = (Int(truncatingIfNeeded: hash) &+ probe) & (slots.count - 1)
            guard slots[slot].count == 0 else { continue }
            slots[slot] = Key(
                hash: hash, start: Int32(self.text.count), count: Int32(range.count), value: Int32(values.count))
            for index in range { self.text.append(text[index]) }
            values.append(value)
            return
        }
    }
}
