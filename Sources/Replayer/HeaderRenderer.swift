import JSONText
import Tape

/// Writes the header `tape` of one record after another.
///
/// The same text as `RecordIdentity` writes; what a frame's trades share is written once.
struct HeaderRenderer {
    private var bytes: [UInt8] = []
    private var tail: [UInt8] = []
    private var headCount = 0
    private var stream: (name: String, bytes: [UInt8]) = ("", [])

    /// Takes what the trades of a line share.
    mutating func begin(stream name: String, _ line: TapeLine, shift: Int64) {
        if name != stream.name { stream = (name, Array(name.utf8)) }
        bytes.removeAll(keepingCapacity: true)
        bytes += stream.bytes
        Self.append(line.sequence, to: &bytes)
        headCount = bytes.count
        tail.removeAll(keepingCapacity: true)
        Self.append(line.receive + shift, to: &tail)
        if let segment = line.segment { Self.append(segment, to: &tail) }
    }

    /// Appends the header of one trade of the line.
    ///
    /// - Returns: where it stands.
    mutating func append(index: Int32, to headers: inout [UInt8]) -> Range<Int> {
        // Nearly always the index before had as many digits: only the last one differs.
        if bytes.count == headCount + 2 + tail.count, 0..<10 ~= index {
            bytes[headCount + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: index)
        } else {
            bytes.removeLast(bytes.count - headCount)
            Self.append(Int64(index), to: &bytes)
            bytes += tail
        }
        let start = headers.count
        bytes.withUnsafeBufferPointer { headers.append(contentsOf: $0) }
        return start..<headers.count
    }

    private static func append(_ number: Int64, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "|"))
        out.append(decimal: number)
    }
}
