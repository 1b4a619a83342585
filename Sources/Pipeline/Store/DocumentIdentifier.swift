/// The deterministic `_id`s of pipeline.md, section 3, written without building texts on the way.
enum DocumentIdentifier {
    /// `<stream>|<seq, 12 digits>|<i, 3 digits>`.
    static func append(stream: String, sequence: Int64, index: Int32, to out: inout [UInt8]) {
        out += stream.utf8
        out.append(UInt8(ascii: "|"))
        append(sequence, digits: 12, to: &out)
        out.append(UInt8(ascii: "|"))
        append(Int64(index), digits: 3, to: &out)
    }

    /// `<topic>|<partition>|<offset, 19 digits>[|<index>]`.
    static func append(topic: String, partition: Int32, offset: Int64, index: Int32?, to out: inout [UInt8]) {
        out += topic.utf8
        out.append(UInt8(ascii: "|"))
        append(Int64(partition), digits: 1, to: &out)
        out.append(UInt8(ascii: "|"))
        append(offset, digits: 19, to: &out)
        if let index {
            out.append(UInt8(ascii: "|"))
            append(Int64(index), digits: 1, to: &out)
        }
    }

    /// `<stream>|<seq, 12 digits>|<i, 3 digits>` as a text.
    static func trade(stream: String, sequence: Int64, index: Int32) -> String {
        var out: [UInt8] = []
        append(stream: stream, sequence: sequence, index: index, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// `<topic>|<partition>|<offset, 19 digits>[|<index>]` as a text.
    static func record(topic: String, partition: Int32, offset: Int64, index: Int32?) -> String {
        var out: [UInt8] = []
        append(topic: topic, partition: partition, offset: offset, index: index, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends a number that is not negative, padded with zeros.
    private static func append(_ number: Int64, digits: Int, to out: inout [UInt8]) {
        let start = out.count
        var rest = number.magnitude
        var written = 0
        while rest > 0 || written < digits {
            out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
            written += 1
        }
        out[start...].reverse()
    }
}
