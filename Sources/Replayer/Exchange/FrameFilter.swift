import Tape
import TradeModel
import WebSocket

/// Decides what of a recorded message a client gets.
///
/// A frame is decoded once, however many clients there are.
struct FrameFilter {
    /// What a client gets.
    enum Share: Equatable {
        case nothing
        /// The message, byte for byte.
        case whole
        /// A frame of some of its trades.
        case part
    }

    /// The message to be sent to those who get all of it.
    private(set) var message: [UInt8] = []
    /// Its kind.
    private(set) var kind = WebSocketMessageKind.text
    /// The message made by the last ``share(for:)`` that said ``Share/part``.
    private(set) var part: [UInt8] = []
    private var decoder = FinnhubFrameDecoder()
    private var hasTrades = false

    /// Takes a line.
    ///
    /// - Returns: false for an event line, which no client gets.
    mutating func take(_ line: TapeLine, of batch: TapeBatch) throws(TapeError) -> Bool {
        hasTrades = false
        kind = .text
        message.removeAll(keepingCapacity: true)
        switch line.kind {
        case .event: return false
        case .text: message = try batch.message(line)
        case .binary:
            message = try batch.message(line)
            kind = batch.isTextOpcode(line) ? .text : .binary
        case .frame:
            message += batch.text[line.body]
            // What cannot be decoded belongs to no symbol: everyone gets it, as a live client would.
            do throws(FrameError) {
                _ = try decoder.decode(batch.text.span.extracting(line.body))
                hasTrades = !decoder.trades.isEmpty
            } catch {
                hasTrades = false
            }
        }
        return true
    }

    /// What a client with these subscriptions gets of the message.
    mutating func share(for subscriptions: ClientSubscriptions) -> Share {
        guard hasTrades else { return .whole }
        var wanted = 0
        for trade in decoder.trades where subscriptions.symbols.contains(trade.trade.symbol) { wanted += 1 }
        if wanted == decoder.trades.count { return .whole }
        guard wanted > 0 else { return .nothing }
        part.removeAll(keepingCapacity: true)
        let message = message
        let theirs = decoder.trades.lazy.filter { subscriptions.symbols.contains($0.trade.symbol) }
        FinnhubFrameEncoder.append(frameOf: theirs, to: &part) { $1 += message[$0.range] }
        return .part
    }
}

extension TapeBatch {
    /// Whether a binary line holds a text message that fits no JSON string.
    func isTextOpcode(_ line: TapeLine) -> Bool {
        let mark = Array("\"opcode\":\"text\"".utf8)
        // Base64 has no quotation marks, and the key stands behind it.
        let end = text[line.line].suffix(mark.count + 1)
        return end.dropLast().elementsEqual(mark)
    }
}
