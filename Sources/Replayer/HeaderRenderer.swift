import Tape

/// Writes the header `tape` of one record after another without an allocation.
///
/// The same text as `RecordIdentity` writes; what a frame's trades share is written once.
struct HeaderRenderer {
    private(set) var bytes: [UInt8] = []
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

    /// Completes ``bytes`` for one trade of the line.
    mutating func render(index: Int32) {
        // Nearly always the index before had as many digits: only the last one differs.
        if bytes.count == headCount + 2 + tail.count, 0..<10 ~= index {
            bytes[headCount + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: index)
            return
        }
        bytes.removeLast(bytes.count - headCount)
        Self.append(Int64(index), to: &bytes)
        bytes += tail
    }

    /// Appends a bar and a number that is not negative.
    private static func append(_ number: Int64, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "|"))
        var rest = number.magnitude
        let start = out.count
        repeat {
            out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        var (left, right) = (start, out.count - 1)
        while left < right {
            out.swapAt(left, right)
            left += 1
            right -= 1
        }
    }
}
