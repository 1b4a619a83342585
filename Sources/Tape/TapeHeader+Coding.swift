import JSONText

extension TapeHeader {
    /// Appends the header line, without LF.
    func appendLine(to out: inout [UInt8]) {
        out += "{\"seq\":0,\"receive\":\(receive),\"tape\":\(version),".utf8
        appendMembers(to: &out)
        out.append(UInt8(ascii: "}"))
    }

    /// Appends the members from `stream` on, without the closing brace.
    private func appendMembers(to out: inout [UInt8]) {
        out += "\"stream\":".utf8
        JSONWriter.append(stream, to: &out)
        out += ",\"source\":".utf8
        JSONWriter.append(source, to: &out)
        out += ",\"symbols\":[".utf8
        for (index, symbol) in symbols.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONWriter.append(symbol, to: &out)
        }
        out += "],\"recorder\":".utf8
        JSONWriter.append(recorder, to: &out)
        out += ",\"part\":\(part)".utf8
        if clock == .tradeTime { out += ",\"clock\":\"trade-time\"".utf8 }
        if !streams.isEmpty {
            out += ",\"streams\":[".utf8
            for (index, header) in streams.enumerated() {
                out += (index > 0 ? ",{" : "{").utf8
                out += "\"receive\":\(header.receive),".utf8
                header.appendMembers(to: &out)
                out.append(UInt8(ascii: "}"))
            }
            out.append(UInt8(ascii: "]"))
        }
        for field in unknown {
            out.append(UInt8(ascii: ","))
            JSONWriter.append(field.key, to: &out)
            out.append(UInt8(ascii: ":"))
            out += field.json.utf8
        }
    }

    /// Whether a line claims to be a header: an object with the key `tape`.
    static func isHeader(_ members: [JSONFields.Member]) -> Bool {
        members.contains { $0.key == "tape" }
    }

    /// Reads a header line.
    ///
    /// - Parameters:
    ///   - bytes: the text that holds the line.
    ///   - range: the line.
    ///   - path: the file, for the error.
    /// - Throws: ``TapeError`` for another version, a missing or a bad key.
    init(line bytes: borrowing Span<UInt8>, in range: Range<Int>, path: String) throws(TapeError) {
        try self.init(line: bytes, in: range, path: path, isListed: false)
    }

    /// Reads a header line, or one of those that a merged tape lists: they have neither `seq` nor `tape`.
    private init(
        line bytes: borrowing Span<UInt8>, in range: Range<Int>, path: String, isListed: Bool
    ) throws(TapeError) {
        func bad(_ detail: String) -> TapeError { TapeError(.badHeader(detail), path: path, line: 1) }
        guard let members = JSONFields.members(of: bytes, in: range) else { throw bad("no JSON object") }
        var version: Int64? = isListed ? TapeFormat.version : nil
        streams = []
        var stream: String?
        var source: String?
        var symbols: [String]?
        var recorder: String?
        var part: Int64?
        var receive: Int64?
        clock = .recorder
        unknown = []
        for member in members {
            switch member.key {
            case "seq":
                guard JSONFields.integer(bytes, in: member.value) == 0 else { throw bad("seq is not 0") }
            case "tape": version = JSONFields.integer(bytes, in: member.value)
            case "stream": stream = JSONFields.string(bytes, in: member.value)
            case "source": source = JSONFields.string(bytes, in: member.value)
            case "symbols": symbols = JSONFields.strings(bytes, in: member.value)
            case "recorder": recorder = JSONFields.string(bytes, in: member.value)
            case "part": part = JSONFields.integer(bytes, in: member.value)
            case "receive": receive = JSONFields.integer(bytes, in: member.value)
            case "clock" where JSONFields.string(bytes, in: member.value) == "trade-time": clock = .tradeTime
            case "streams" where !isListed:
                guard let elements = JSONFields.elements(of: bytes, in: member.value) else {
                    throw bad("streams is no list")
                }
                for element in elements {
                    streams.append(try TapeHeader(line: bytes, in: element, path: path, isListed: true))
                }
            default:
                let json = String(decoding: bytes.copy(member.value), as: UTF8.self)
                unknown.append(Field(key: member.key, json: json))
            }
        }
        guard let version else { throw bad("tape is no whole number") }
        guard version == TapeFormat.version else {
            throw TapeError(.unsupportedVersion(found: version, supported: TapeFormat.version), path: path)
        }
        guard let stream, Self.isStreamIdentifier(stream) else { throw bad("stream is no stream id") }
        guard let source else { throw bad("source is missing") }
        guard let symbols else { throw bad("symbols is no list of strings") }
        guard let recorder else { throw bad("recorder is missing") }
        guard let part, (1...Int64(Int32.max)).contains(part) else { throw bad("part is not 1 or more") }
        guard let receive, receive >= 0 else { throw bad("receive is no time in ns") }
        self.version = version
        self.stream = stream
        self.source = source
        self.symbols = symbols
        self.recorder = recorder
        self.part = Int(part)
        self.receive = receive
    }
}

extension Span where Element == UInt8 {
    /// The bytes of a range as an array.
    func copy(_ range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBufferPointer { Array($0) }
    }
}
