/// Remembers what slices of messages were worth, so that equal slices share one value and are checked once.
///
/// Bounded: what finds no place within eight slots, or is longer than 160 bytes, is made anew each time. The hash is
/// fixed; a sender who makes keys collide gains no more than that.
struct InternTable<Value: Sendable>: Sendable {
    private struct Entry {
        var hash: UInt64
        var start: Int
        var count: Int
        var value: Value
    }
    private static var longest: Int { 160 }
    private static var probes: Int { 8 }

    private var slots: [Entry?]
    private var keys: [UInt8] = []

    /// Makes a table.
    ///
    /// - Parameter capacity: Slots; a power of two.
    init(capacity: Int) { slots = Array(repeating: nil, count: capacity) }

    @inline(__always)
    private static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in range { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
        return hash ^ hash >> 32
    }

    /// The value of a slice that was seen before.
    @inline(__always)
    func value(_ text: Span<UInt8>, _ range: Range<Int>) -> Value? {
        guard range.count <= Self.longest else { return nil }
        let hash = Self.hash(text, range)
        for probe in 0..<Self.probes {
            guard let entry = slots[(Int(truncatingIfNeeded: hash) &+ probe) & (slots.count - 1)] else { return nil }
            if entry.hash == hash, entry.count == range.count, isEqual(entry, text, range) { return entry.value }
        }
        return nil
    }

    private func isEqual(_ entry: Entry, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for offset in 0..<entry.count where keys[entry.start + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
    }

    /// Remembers a slice that `value` did not find, if there is room.
    mutating func insert(_ value: Value, _ text: Span<UInt8>, _ range: Range<Int>) {
        guard range.count <= Self.longest else { return }
        let hash = Self.hash(text, range)
        for probe in 0..<Self.probes {
            let slot = (Int(truncatingIfNeeded: hash) &+ probe) & (slots.count - 1)
            guard slots[slot] == nil else { continue }
            slots[slot] = Entry(hash: hash, start: keys.count, count: range.count, value: value)
            for index in range { keys.append(text[index]) }
            return
        }
    }
}
