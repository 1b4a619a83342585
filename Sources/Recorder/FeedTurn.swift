import Tape
import TradeModel
import WebSocket

/// What one turn of the feed's loop brings: each message is looked at once, counted, and gathered for one write.
struct FeedTurn {
    var batch = CaptureBatch()
    var counters = FeedCounters()
    private var survey = FinnhubFrameSurvey()
    private var decoder = FinnhubFrameDecoder()

    /// Takes a message.
    ///
    /// A trade frame as the server writes it is only surveyed, which shows its trades and that it is JSON; the decoder
    /// reads all others.
    ///
    /// - Returns: what the server complains of, if that is what the message is.
    mutating func take(_ bytes: Span<UInt8>, _ kind: WebSocketMessageKind, receive: Int64) -> String? {
        counters.frameBytes += Int64(bytes.count)
        switch kind {
        case .text:
            counters.textFrames += 1
            let isPlain = survey.read(bytes)
            batch.append(frame: bytes, receive: receive, isPlainJSON: isPlain)
            guard isPlain else { return decode(bytes, receive: receive) }
            let received = receive / 1_000_000
            for trade in survey.trades { counters.count(trade.symbol, time: trade.time, received: received) }
        case .binary:
            counters.binaryFrames += 1
            batch.append(binary: bytes, receive: receive)
        }
        return nil
    }

    /// Counts what a frame holds; a frame that holds nothing we know is kept like any other.
    private mutating func decode(_ bytes: Span<UInt8>, receive: Int64) -> String? {
        do throws(FrameError) {
            switch try decoder.decode(bytes) {
            case .trades:
                counters.rejectedTrades += Int64(decoder.rejections.count)
                for framed in decoder.trades {
                    let (number, isNew) = counters.number(of: framed.trade.symbol)
                    if isNew, let number { survey.learn(framed.trade.symbol, number: number) }
                    counters.count(number, time: framed.trade.time, received: receive / 1_000_000)
                }
            case .ping: counters.pings += 1
            case .serverError(let text):
                counters.serverErrors += 1
                return text
            case .ignored: counters.otherMessages += 1
            }
        } catch {
            counters.rejectedFrames += 1
        }
        return nil
    }
}
