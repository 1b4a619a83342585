/// Writes the members of a tape by the format's specification alone, text stored without compression: what a fuzzer
/// needs to get behind the checksums, and a second opinion on the format.
enum SealedTape {
    /// Member after member, one for each piece of text that a NUL ends.
    static func bytes(of text: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        var segment: Int64 = 0
        for piece in text.split(separator: 0) { append(Array(piece), segment: &segment, to: &out) }
        return out
    }

    /// Gives each subfield in a file the checksum that its other bytes ask for.
    static func repaired(_ file: [UInt8]) -> [UInt8] {
        var file = file
        var at = 0
        while at + 76 <= file.count {
            if file[at] == 0x1F, file[at + 1] == 0x8B, file[at + 12] == UInt8(ascii: "T") {
                let checksum = crc32(file[at + 16..<at + 72])
                for place in 0..<4 { file[at + 72 + place] = UInt8(truncatingIfNeeded: checksum >> (8 * place)) }
                at += 76
            } else {
                at += 1
            }
        }
        return file
    }

    private static func append(_ text: [UInt8], segment: inout Int64, to out: inout [UInt8]) {
        var numbers: [(sequence: UInt64, receive: UInt64)] = []
        var following = segment
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast(text.last == 0x0A ? 1 : 0) {
            let sequence = number(behind: "\"seq\":", in: line)
            numbers.append((sequence, number(behind: "\"receive\":", in: line)))
            if contains("\"event\":\"gap\"", in: line) || contains("\"event\":\"dropped\"", in: line) {
                following = Int64(clamping: sequence)
            }
        }
        let isMerged = text.starts(with: Array("{\"stream\":".utf8))
        let isHeader = numbers.first?.sequence == 0
        let sequences = numbers.map(\.sequence)
        let low: UInt64 = (isMerged ? sequences.min() : sequences.first) ?? 0
        let high: UInt64 = (isMerged ? sequences.max() : sequences.last) ?? 0
        let receives: (first: UInt64, last: UInt64) = (numbers.first?.receive ?? 0, numbers.last?.receive ?? 0)
        var data: [UInt8] = []
        var rest = text[...]
        repeat {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(block.count)
            data.append(rest.isEmpty ? 1 : 0)
            little(UInt64(block.count), 2, &data)
            little(UInt64(block.count ^ 0xFFFF), 2, &data)
            data += block
        } while !rest.isEmpty
        var field: [UInt8] = [1, (isHeader ? 1 : 0) | (isMerged || isListing(text) ? 2 : 0), 0, 0]
        little(UInt64(76 + data.count + 8), 4, &field)
        little(UInt64(text.count), 4, &field)
        little(UInt64(numbers.count), 4, &field)
        for number in [low, high, receives.first, receives.last, UInt64(clamping: isMerged ? 0 : segment)] {
            little(number, 8, &field)
        }
        out += [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255, 64, 0, UInt8(ascii: "T"), UInt8(ascii: "D"), 60, 0]
        out += field
        little(UInt64(crc32(field[...])), 4, &out)
        out += data
        little(UInt64(crc32(text[...])), 4, &out)
        little(UInt64(text.count), 4, &out)
        segment = following
    }

    /// Whether a header lists several streams.
    private static func isListing(_ text: [UInt8]) -> Bool { contains("\"streams\":", in: text[...]) }

    private static func number(behind key: String, in line: ArraySlice<UInt8>) -> UInt64 {
        guard let start = line.first(of: Array(key.utf8)) else { return 0 }
        var value: UInt64 = 0
        for byte in line[(start + key.utf8.count)...].prefix(19) {
            guard case let digit = byte &- 48, digit < 10 else { break }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }

    private static func contains(_ word: String, in line: ArraySlice<UInt8>) -> Bool {
        line.first(of: Array(word.utf8)) != nil
    }

    private static func little(_ number: UInt64, _ count: Int, _ out: inout [UInt8]) {
        for place in 0..<count { out.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
    }

    private static let table: [UInt32] = (0..<256).map { number in
        (0..<8).reduce(UInt32(number)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
}

extension ArraySlice<UInt8> {
    /// Where a word stands first.
    func first(of word: [UInt8]) -> Int? {
        guard let head = word.first else { return startIndex }
        var from = startIndex
        while let at = self[from...].firstIndex(of: head), at + word.count <= endIndex {
            if self[at..<at + word.count].elementsEqual(word) { return at }
            from = at + 1
        }
        return nil
    }
}
