import TradeModel

/// A file without members of ours: envelopes, frames with receive times, or bare frames; plain or gzip; no seek.
final class ForeignSource: LineSource {
    /// Lines whose times wait for the first trade.
    private struct Waiting {
        var text: [UInt8]
        var lines: [(envelope: Envelope, line: Range<Int>)]
    }

    /// Bare frames before the first trade are held up to here, in bytes: years of pings.
    private static let leadLimit = 64 << 20

    private let path: String
    private let text: ForeignText
    private let configuration: TapeReaderConfiguration
    private let tally: ReadingTally
    private(set) var header: TapeHeader
    private var headerLine: [UInt8]?
    private var form: ForeignLine.Form?
    private var ready: TapeBatch?
    private var last: (sequence: Int64, receive: Int64) = (0, 0)
    private var segment: Int64
    private var decoder = FinnhubFrameDecoder()
    /// Largest trade time so far, and that of the first frame with trades, in ms.
    private var tradeTime: Int64?
    private var firstTradeTime: Int64?
    private var failure: TapeError?
    private var isPast = false

    var firstSequence: Int64? { ready?.lines.first?.sequence }

    /// Reads up to the first line.
    ///
    /// `segment` is the sequence number of the last `gap` or `dropped` line before this file, 0 if none.
    init(
        _ input: InputFile, isCompressed: Bool, configuration: TapeReaderConfiguration, segment: Int64,
        tally: ReadingTally
    ) throws(TapeError) {
        path = input.path
        self.configuration = configuration
        self.tally = tally
        self.segment = segment
        text = ForeignText(input, isCompressed: isCompressed, tally: tally)
        let name = configuration.stream ?? "import-" + Self.hash(of: text.head())
        header = TapeHeader(stream: name, source: "import", symbols: [], recorder: "import", receive: 0)
        guard !text.isEmpty else { throw TapeError(.empty, path: path) }
        do throws(TapeError) {
            ready = try produce()
        } catch {
            // What came before the fault is delivered first, if only a header.
            guard headerLine != nil else { throw error }
            failure = error
        }
        guard ready != nil || headerLine != nil || tally.skipped > 0 else {
            throw TapeError(.empty, path: path)
        }
        if headerLine == nil {
            header.receive = ready?.lines.first?.receive ?? 0
            header.clock = form == .bare ? .tradeTime : .recorder
            if let batch = ready {
                ready = TapeBatch(header: header, text: batch.text, lines: batch.lines, path: path, headerLine: nil)
            }
        }
    }

    func next() throws(TapeError) -> TapeBatch? {
        while true {
            guard !isPast, var batch = ready else {
                if let line = headerLine {
                    headerLine = nil
                    return TapeBatch(header: header, text: [], lines: [], path: path, headerLine: line)
                }
                if !isPast, let failure { throw failure }
                return nil
            }
            do throws(TapeError) { ready = try produce() } catch {
                failure = error
                ready = nil
            }
            let window = configuration.window
            if window != .everything {
                if let line = batch.lines.last {
                    isPast = window.isPast(sequence: line.sequence, receive: line.receive)
                }
                batch.lines.removeAll { !window.contains(sequence: $0.sequence, receive: $0.receive) }
            }
            if batch.lines.isEmpty { continue }
            batch.headerLine = headerLine
            headerLine = nil
            return batch
        }
    }

    /// The lines of the next piece that has any; nil at the end.
    private func produce() throws(TapeError) -> TapeBatch? {
        var waiting: [Waiting] = []
        var held = 0
        while let piece = try text.next() {
            var lines: [(envelope: Envelope, line: Range<Int>)] = []
            try read(piece, into: &lines)
            held += piece.text.count
            if !lines.isEmpty { waiting.append(Waiting(text: piece.text, lines: lines)) }
            if form == .bare, tradeTime == nil {
                guard held <= Self.leadLimit else {
                    throw TapeError(
                        .badLine("no trade in the first \(held >> 20) MiB of bare frames, so no time"), path: path)
                }
            } else if !waiting.isEmpty {
                return batch(waiting)
            }
        }
        return waiting.isEmpty ? nil : batch(waiting)
    }

    private func read(_ piece: ForeignText.Piece, into lines: inout [(envelope: Envelope, line: Range<Int>)])
        throws(TapeError)
    {
        var at = 0
        var number = piece.firstLine
        while at < piece.text.count {
            let end = LineScan.lineEnd(piece.text, from: at) ?? piece.text.count
            let range = trimmed(piece.text, at..<end, isFirst: number == 1)
            if range.count > TapeFormat.maximumLine {
                throw TapeError(.lineTooLong(limit: TapeFormat.maximumLine), path: path, line: number)
            }
            if !range.isEmpty {
                do throws(TapeError) {
                    if let envelope = try line(piece.text, range, number) { lines.append((envelope, range)) }
                } catch {
                    guard configuration.skipsBadLines, error.isBadLine else { throw error }
                    tally.skipped += 1
                    if tally.firstSkipped == nil { tally.firstSkipped = error }
                }
            }
            at = end + 1
            number += 1
        }
    }

    /// One line; nil for the header.
    private func line(_ text: [UInt8], _ range: Range<Int>, _ number: Int64) throws(TapeError) -> Envelope? {
        let span = text.span
        if form == nil, headerLine == nil, span.extracting(range).matches("{\"seq\":0,", 0) || number == 1 {
            if let members = JSONFields.members(of: span, in: range), TapeHeader.isHeader(members) {
                header = try TapeHeader(line: span, in: range, path: path)
                guard header.streams.isEmpty else {
                    throw TapeError(
                        .unsupported("is the text of a merged tape: give the merged tape itself"), path: path)
                }
                headerLine = Array(text[range])
                form = .envelope
                return nil
            }
        }
        switch ForeignLine.read(span, range, number: number) {
        case .failure(let fault): throw TapeError(.badLine(fault.detail), path: path, line: number)
        case .success(let good):
            guard form == nil || form == good.form else {
                let expected = form?.name ?? ""
                throw TapeError(
                    .badLine("it is \(good.form.name), and the lines before were each \(expected)"), path: path,
                    line: number)
            }
            var envelope = good.envelope
            if good.form == .bare {
                if case .trades = try? decoder.decode(span.extracting(range)) {
                    for framed in decoder.trades { tradeTime = max(tradeTime ?? framed.trade.time, framed.trade.time) }
                    if firstTradeTime == nil { firstTradeTime = tradeTime }
                }
                // Frames before the first trade get its time later; the decoder's bounds keep this from overflowing.
                envelope.receive = (tradeTime ?? 0) &* 1_000_000
            }
            guard envelope.sequence > last.sequence else {
                throw TapeError(
                    .disorder("seq \(envelope.sequence) comes after \(last.sequence)"), path: path, line: number)
            }
            guard envelope.receive >= last.receive else {
                throw TapeError(
                    .disorder("receive \(envelope.receive) is before \(last.receive), that of a line above"),
                    path: path, line: number)
            }
            form = good.form
            last = (envelope.sequence, envelope.receive)
            return envelope
        }
    }

    /// A line without CR, and without the byte order mark that some editors put before the first.
    private func trimmed(_ text: [UInt8], _ range: Range<Int>, isFirst: Bool) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        if isFirst, text[start..<end].starts(with: [0xEF, 0xBB, 0xBF]) { start += 3 }
        while end > start, text[end - 1] == 0x0D || text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        return start..<end
    }

    private func batch(_ waiting: [Waiting]) -> TapeBatch {
        let lead = (firstTradeTime ?? 0) &* 1_000_000
        var text: [UInt8] = []
        var lines: [TapeLine] = []
        for piece in waiting {
            let shift = text.count
            if waiting.count == 1 { text = piece.text } else { text += piece.text }
            for (found, range) in piece.lines {
                var envelope = found
                envelope.body = found.body.lowerBound + shift..<found.body.upperBound + shift
                if form == .bare, envelope.receive == 0 { envelope.receive = lead }
                lines.append(
                    TapeLine(
                        envelope: envelope, line: range.lowerBound + shift..<range.upperBound + shift, segment: segment,
                        layout: layout(of: envelope)))
                if envelope.startsSegment { segment = envelope.sequence }
            }
        }
        return TapeBatch(header: header, text: text, lines: lines, path: path, headerLine: nil)
    }

    private func layout(of envelope: Envelope) -> TapeLine.Layout {
        guard form == .envelope else { return .foreign }
        return envelope.isCanonical || envelope.kind != .frame ? .envelope : .otherOrder
    }

    private static func hash(of bytes: ArraySlice<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension TapeError {
    /// Whether the fault is one line's and the file goes on.
    var isBadLine: Bool {
        switch code {
        case .badLine, .disorder: true
        default: false
        }
    }
}
