import JSONText

/// The last record that `replay --end-marker` writes to each partition: `{"type":"end","stream":…,"seq":…}`.
///
/// The pipeline censors what is still pending of that stream when it reads one.
public struct EndMarker: Sendable, Hashable {
    /// The message type, which `FinnhubFrameDecoder` reports as ignored.
    public static let type = "end"

    /// The stream that ended.
    public var stream: String
    /// Sequence number of its last line.
    public var sequence: Int64

    /// Makes a marker.
    public init(stream: String, sequence: Int64) {
        self.stream = stream
        self.sequence = sequence
    }

    /// Appends the record's value.
    public func append(to out: inout [UInt8]) {
        out += "{\"type\":\"end\",\"stream\":".utf8
        JSONWriter.append(stream, to: &out)
        out += ",\"seq\":".utf8
        out.append(decimal: sequence)
        out.append(UInt8(ascii: "}"))
    }

    /// Reads a record's value, keys in any order.
    ///
    /// - Throws: `FrameError`; of reason `unknown_shape` for JSON that is no end marker.
    public init(parsing text: Span<UInt8>) throws(FrameError) {
        try FinnhubFrameDecoder.checkSize(text)
        var position = 0
        JSONScanner.skipSpace(text, &position)
        guard JSONScanner.byte(text, position) == UInt8(ascii: "{") else {
            throw try FinnhubFrameDecoder.notAnObject(text, position)
        }
        var values: [String: Range<Int>] = [:]
        var isFirst = true
        var repeated: FrameError?
        try ObjectWalk.start(text, &position)
        while try ObjectWalk.next(text, &position, isFirst: isFirst) {
            isFirst = false
            let key = try ObjectWalk.key(text, &position)
            let name = String(decoding: JSONEscapes.resolve(text, key.range).bytes, as: UTF8.self)
            let start = position
            try JSONScanner.skipValue(text, &position, depth: 1, limit: TradeBounds.nesting)
            if values.updateValue(start..<position, forKey: name) != nil {
                repeated = .unknownShape(key.range.lowerBound, "a key stands here a second time")
            }
        }
        try FinnhubFrameDecoder.expectEnd(text, position)
        if let repeated { throw repeated }
        guard Self.string(text, values["type"]) == Self.type, let stream = Self.string(text, values["stream"]),
            RecordIdentity.isStream(stream), var sequenceStart = values["seq"]?.lowerBound,
            text[sequenceStart] != UInt8(ascii: "\""), let sequence = try? JSONNumber(text, &sequenceStart).whole,
            sequence >= 0
        else {
            throw .unknownShape(0, "no end marker: \"type\":\"end\", a \"stream\" and a whole \"seq\" are needed")
        }
        self.init(stream: stream, sequence: sequence)
    }

    private static func string(_ text: Span<UInt8>, _ range: Range<Int>?) -> String? {
        guard let range, text[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
        let inner = range.lowerBound + 1..<range.upperBound - 1
        return String(decoding: JSONEscapes.resolve(text, inner).bytes, as: UTF8.self)
    }
}
