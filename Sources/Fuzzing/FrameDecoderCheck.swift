import TradeModel

/// What must hold of the frame decoder whatever bytes come: it never traps, remembers nothing of earlier frames, agrees
/// with the grammar and with Foundation, and what it decodes encodes to what decodes alike.
///
/// The survey sees in a frame what the decoder does, or declines it.
public struct FrameDecoderCheck {
    /// What an input turned out to be.
    public enum Outcome: Sendable, Hashable {
        /// No frame at all.
        case refused(FrameError.Reason)
        /// A message without trades.
        case message
        /// Trades, each good or rejected.
        case trades(good: Int, rejected: Int)
    }

    private var used = FinnhubFrameDecoder()
    private var survey = FinnhubFrameSurvey()
    /// What the survey was told of, by number.
    private var names: [String] = []

    /// Makes a check; one decoder serves all its inputs, as in the programs.
    public init() {}

    /// Checks an input.
    ///
    /// - Parameter frame: any bytes.
    /// - Returns: what it turned out to be.
    /// - Throws: ``FuzzFinding``.
    public mutating func run(_ frame: [UInt8]) throws(FuzzFinding) -> Outcome {
        let (kind, error) = Self.decode(frame, &used)
        var fresh = FinnhubFrameDecoder()
        let (again, failure) = Self.decode(frame, &fresh)
        try promise(
            kind == again && error == failure && used.trades == fresh.trades && used.rejections == fresh.rejections,
            "a decoder that has seen other frames answers differently")
        try checkSurvey(frame)
        for trade in used.trades where names.count < 1_000 {
            survey.learn(trade.trade.symbol, number: names.count)
            names.append(trade.trade.symbol)
        }
        try checkSurvey(frame)
        try checkOther(frame)
        if let error {
            try promise((0...frame.count).contains(error.offset), "offset \(error.offset) is outside the frame")
            try promise(used.trades.isEmpty && used.rejections.isEmpty, "trades of a frame that was refused")
            if error.reason == .notJSON {
                try promise(
                    !FoundationFrame.isObject(frame) || FoundationFrame.takesTooMuch(frame),
                    "refused, and Foundation reads it: \(error)")
            } else if frame.count <= TradeBounds.message, Self.brackets(in: frame) <= TradeBounds.nesting {
                // Beyond these bounds a frame is refused without a look at what follows.
                try promise(
                    JSONSyntax.isValid(frame.span, maximumDepth: frame.count), "no JSON, but called \(error)")
            }
            return .refused(error.reason)
        }
        try promise(
            JSONSyntax.isValid(frame.span, maximumDepth: TradeBounds.nesting), "decoded, and is no JSON")
        try promise(
            FoundationFrame.isObject(frame) || FoundationFrame.takesTooLittle(frame),
            "decoded, and Foundation cannot read it")
        guard kind == .trades else {
            try promise(used.trades.isEmpty && used.rejections.isEmpty, "trades of another message")
            return .message
        }
        try checkTrades(frame)
        try checkEncoding()
        return .trades(good: fresh.trades.count, rejected: fresh.rejections.count)
    }

    private mutating func checkSurvey(_ frame: [UInt8]) throws(FuzzFinding) {
        guard survey.read(frame.span) else { return try promise(survey.trades.isEmpty, "trades of a declined frame") }
        try promise(used.rejections.isEmpty, "surveyed, and the decoder rejects trades")
        try promise(
            used.trades.map(\.index) == (0..<Int32(survey.trades.count)).map { $0 }
                && survey.trades.map { names[$0.symbol] } == used.trades.map(\.trade.symbol)
                && survey.trades.map(\.time) == used.trades.map(\.trade.time)
                && survey.trades.map(\.range) == used.trades.map(\.range),
            "the survey sees other trades than the decoder")
        try promise(
            !frame.contains { $0 == 0x0A || $0 == 0x0D }, "surveyed, and cannot stand in a line")
    }

    private static func brackets(in frame: [UInt8]) -> Int {
        frame.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
    }

    private static func decode(_ frame: [UInt8], _ decoder: inout FinnhubFrameDecoder) -> (FrameKind?, FrameError?) {
        do throws(FrameError) { return (try decoder.decode(frame.span), nil) } catch { return (nil, error) }
    }

    /// Each trade is what its own bytes decode to, and what Foundation reads; each rejected element is one that
    /// Foundation finds out of bounds too.
    private mutating func checkTrades(_ frame: [UInt8]) throws(FuzzFinding) {
        var indices = used.trades.map(\.index) + used.rejections.map(\.index)
        indices.sort()
        try promise(indices == (0..<Int32(indices.count)).map { $0 }, "elements are not numbered one by one")
        let reference = FoundationFrame.takesTooLittle(frame) ? nil : FoundationFrame(frame)?.data
        for framed in used.trades {
            let slice = Array(frame[framed.range])
            let single = try? used.decodeTrade(slice.span)
            try promise(single == framed.trade, "trade \(framed.index) is another when decoded alone")
            guard let reference else { continue }
            let other = reference.indices.contains(Int(framed.index)) ? reference[Int(framed.index)].trade : nil
            try promise(other?.equals(framed.trade) == true, "trade \(framed.index) is not what Foundation reads")
        }
        for rejection in used.rejections {
            let slice = Array(frame[rejection.range])
            try promise(
                JSONSyntax.isValid(slice.span, maximumDepth: TradeBounds.nesting), "a rejected element is cut wrongly")
            try promise((try? used.decodeTrade(slice.span)) == nil, "a rejected element is good when decoded alone")
            // A key that stands twice is what Foundation cannot see; long numbers it rounds.
            guard rejection.error.reason != .unknownShape, slice.count < 60, let reference,
                reference.indices.contains(Int(rejection.index)), let other = reference[Int(rejection.index)].trade
            else { continue }
            try promise(!other.isAcceptable, "rejected as \(rejection.error), and Foundation finds it in bounds")
        }
    }

    private mutating func checkEncoding() throws(FuzzFinding) {
        let trades = used.trades.map(\.trade)
        var out: [UInt8] = []
        FinnhubFrameEncoder.append(frame: trades, to: &out)
        let kind = try? used.decode(out.span)
        try promise(
            kind == .trades && used.trades.map(\.trade) == trades && used.rejections.isEmpty,
            "what was encoded decodes to something else: \(String(decoding: out, as: UTF8.self))")
        var twice: [UInt8] = []
        FinnhubFrameEncoder.append(frame: used.trades.map(\.trade), to: &twice)
        try promise(twice == out, "encoding is not stable")
    }

    /// The decoders of a record's other parts, on the same bytes.
    private mutating func checkOther(_ text: [UInt8]) throws(FuzzFinding) {
        _ = try? used.decodeTrade(text.span)
        if let identity = try? RecordIdentity(parsing: text.span) {
            var out: [UInt8] = []
            identity.append(to: &out)
            try promise(out == text, "an identity is written in two ways")
        }
        if let marker = try? EndMarker(parsing: text.span) {
            var out: [UInt8] = []
            marker.append(to: &out)
            try promise((try? EndMarker(parsing: out.span)) == marker, "an end marker reads back as another")
        }
    }
}
