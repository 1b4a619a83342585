/// A fuzzer's bytes as the files of a recorder: the first byte says how to read the others.
struct TapeInput {
    /// The tape, or what stands in its place.
    let file: [UInt8]
    /// The journal beside it; nil: none.
    let journal: [UInt8]?
    /// Where every line of it must come from; nil where only inflating would tell.
    let text: [UInt8]?
    /// Whether the file is named as a recorder names its parts.
    let isNamed: Bool

    /// Reads an input.
    ///
    /// Bits 0 and 1 of the first byte: the file's bytes as they are; the same with checksums repaired; text to be sealed
    /// in members, one up to each NUL; the same, with what stands behind 0xFF appended as it is. Bit 2: what stands behind
    /// 0xFE is the journal. Bit 3: the file has a recorder's name.
    init(_ input: [UInt8]) {
        let form = input.first ?? 0
        var rest = input.dropFirst()
        if form & 4 != 0, let at = rest.firstIndex(of: 0xFE) {
            journal = Array(rest[(at + 1)...])
            rest = rest[..<at]
        } else {
            journal = nil
        }
        isNamed = form & 8 != 0
        switch form & 3 {
        case 0, 1:
            file = form & 1 == 0 ? Array(rest) : SealedTape.repaired(Array(rest))
            // No line has this byte, and every compressed piece begins with it.
            text = file.contains(0x1F) ? nil : file + (journal ?? [])
        case 2:
            file = SealedTape.bytes(of: rest)
            text = rest + (journal ?? [])
        default:
            let end = rest.firstIndex(of: 0xFF) ?? rest.endIndex
            file = SealedTape.bytes(of: rest[..<end]) + rest[min(end + 1, rest.endIndex)...]
            text = rest[end...].contains(0x1F) ? nil : rest + (journal ?? [])
        }
    }
}
