/// The subfield `TD` of a member's gzip header: what the member holds, known without inflating it.
struct TapeMemberField: Equatable {
    /// gzip's fixed head, the extra field's length and the subfield's id and length: bytes of every member's start.
    static let signature: [UInt8] = [
        0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255, 64, 0, UInt8(ascii: "T"), UInt8(ascii: "D"), 60, 0,
    ]
    /// From a member's first byte to its deflate data.
    static let headSize = 76
    /// CRC-32 and length behind the deflate data.
    static let trailerSize = 8
    /// Shortest member: head, two bytes of deflate, trailer.
    static let minimumSize = headSize + trailerSize + 2

    var isHeader = false
    /// Whether its lines are of several streams, each with a leading `stream`.
    var isMerged = false
    var memberSize = 0
    var textSize = 0
    var lines = 0
    var firstSequence: Int64 = 0
    var lastSequence: Int64 = 0
    var firstReceive: Int64 = 0
    var lastReceive: Int64 = 0
    /// Sequence number of the last `gap` or `dropped` line before this member, 0 if none.
    var segment: Int64 = 0

    /// Appends the 76 bytes before the deflate data.
    func appendHead(to out: inout [UInt8]) {
        out += Self.signature
        let start = out.count
        out += [1, (isHeader ? 1 : 0) | (isMerged ? 2 : 0), 0, 0]
        out.appendLittle(UInt32(truncatingIfNeeded: memberSize))
        out.appendLittle(UInt32(truncatingIfNeeded: textSize))
        out.appendLittle(UInt32(truncatingIfNeeded: lines))
        for number in [firstSequence, lastSequence, firstReceive, lastReceive, segment] {
            out.appendLittle(UInt64(bitPattern: number))
        }
        out.appendLittle(Deflate.crc32(out, start..<out.count))
    }

    /// What the bytes of a head turn out to be.
    enum Reading: Equatable {
        case field(TapeMemberField)
        /// Not the start of a member of a tape.
        case foreign
        /// A member of a tape whose subfield is damaged or contradicts itself.
        case damaged(String)
        /// A member of another format version.
        case version(Int64)
    }

    /// Reads the head of a member; with fewer than ``headSize`` bytes from `start` on it counts as foreign.
    static func read(_ bytes: borrowing Span<UInt8>, at start: Int) -> Reading {
        guard start >= 0, bytes.count - start >= headSize else { return .foreign }
        for (index, byte) in signature.enumerated() where bytes[start + index] != byte { return .foreign }
        let at = start + signature.count
        guard Deflate.crc32(bytes, at..<at + 56) == UInt32(truncatingIfNeeded: bytes.little(at + 56, 4)) else {
            return .damaged("its subfield fails its CRC")
        }
        guard bytes[at] == 1 else { return .version(Int64(bytes[at])) }
        var field = TapeMemberField()
        let flags = bytes[at + 1]
        field.isHeader = flags & 1 == 1
        field.isMerged = flags & 2 == 2
        field.memberSize = Int(bytes.little(at + 4, 4))
        field.textSize = Int(bytes.little(at + 8, 4))
        field.lines = Int(bytes.little(at + 12, 4))
        field.firstSequence = Int64(bitPattern: bytes.little(at + 16, 8))
        field.lastSequence = Int64(bitPattern: bytes.little(at + 24, 8))
        field.firstReceive = Int64(bitPattern: bytes.little(at + 32, 8))
        field.lastReceive = Int64(bitPattern: bytes.little(at + 40, 8))
        field.segment = Int64(bitPattern: bytes.little(at + 48, 8))
        guard (minimumSize...TapeFormat.maximumMember).contains(field.memberSize) else {
            return .damaged("it claims \(field.memberSize) bytes")
        }
        guard (1...TapeFormat.maximumText).contains(field.textSize) else {
            return .damaged("it claims \(field.textSize) bytes of text")
        }
        guard field.lines >= 1, field.lines <= field.textSize else { return .damaged("it claims \(field.lines) lines") }
        guard field.firstSequence >= 0, field.firstSequence <= field.lastSequence, field.firstReceive >= 0,
            field.firstReceive <= field.lastReceive, field.segment >= 0
        else { return .damaged("its first line is behind its last") }
        guard field.lastSequence < .max else { return .damaged("its last line could have no next") }
        guard field.isHeader == (field.firstSequence == 0) else { return .damaged("its header flag is wrong") }
        return .field(field)
    }
}

extension [UInt8] {
    mutating func appendLittle<Number: FixedWidthInteger>(_ number: Number) {
        for place in 0..<Number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
}

extension Span where Element == UInt8 {
    /// An integer without sign of up to eight bytes, the lowest first.
    func little(_ at: Int, _ count: Int) -> UInt64 {
        var number: UInt64 = 0
        for place in 0..<count { number |= UInt64(self[at + place]) << UInt64(8 * place) }
        return number
    }
}
