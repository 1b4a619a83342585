/// The keys of one object so far: the known ones as bits, the others by their text.
struct KeySet {
    /// A key that means something here, or not.
    enum Known: UInt16 {
        case other = 0
        case c = 1
        case p = 2
        case s = 4
        case t = 8
        case v = 16
        case data = 32
        case type = 64
        case msg = 128
    }

    private(set) var bits: UInt16 = 0
    private var others: Set<[UInt8]> = []
    /// The key that was inserted last.
    private(set) var last = Known.other

    var isEmpty: Bool { bits == 0 && others.isEmpty }

    /// Whether a key of one letter is among them.
    func contains(_ key: Known) -> Bool { bits & key.rawValue != 0 }

    /// Inserts a known key; false if it was there.
    private mutating func insert(_ key: Known) -> Bool {
        last = key
        let isNew = bits & key.rawValue == 0
        bits |= key.rawValue
        return isNew
    }

    /// Inserts a key; false if it was there.
    mutating func insert(_ text: Span<UInt8>, _ key: ObjectWalk.Key) -> Bool {
        if !key.isEscaped {
            if FrameText.equals(text, key.range, "data") { return insert(.data) }
            if FrameText.equals(text, key.range, "type") { return insert(.type) }
            if key.range.count == 1, let known = Self.letter(text[key.range.lowerBound]) { return insert(known) }
        }
        let bytes = JSONEscapes.resolve(text, key.range).bytes
        if bytes.count == 1, let known = Self.letter(bytes[0]) { return insert(known) }
        switch String(decoding: bytes, as: UTF8.self) {
        case "data": return insert(.data)
        case "type": return insert(.type)
        case "msg": return insert(.msg)
        default:
            last = .other
            return others.insert(bytes).inserted
        }
    }

    private static func letter(_ byte: UInt8) -> Known? {
        switch byte {
        case UInt8(ascii: "c"): .c
        case UInt8(ascii: "p"): .p
        case UInt8(ascii: "s"): .s
        case UInt8(ascii: "t"): .t
        case UInt8(ascii: "v"): .v
        default: nil
        }
    }
}
