import Forecast
import Tape
import TradeModel

/// Reads tapes, accounts for every line, and hands each symbol's trades to its worker.
///
/// Symbol s belongs to worker s mod jobs, in order of first sight; nothing in a report depends on which worker that is.
struct TapeFeed {
    private static let batchItems = 2_048

    private(set) var account = TapeAccount()
    private let queues: [FeedQueue]
    private var batches: [FeedBatch]
    private var decoder = FinnhubFrameDecoder()
    private var symbols: [String: Int] = [:]
    private var owners: [StreamOwner] = []
    private var streams: [String: Int] = [:]
    private var digests: [StreamDigest] = []
    private var lastLine: (stream: String, sequence: Int64)?

    /// The streams of a symbol: the present one, and those it has left.
    private struct StreamOwner {
        var present: Int
        var left: [Int] = []
    }

    init(queues: [FeedQueue]) {
        self.queues = queues
        batches = queues.map { _ in FeedBatch() }
    }

    /// Reads to the end, or to where a damaged tape ends.
    ///
    /// - Returns: false if a worker gave up: its error says why.
    mutating func run(_ reader: TapeReader, progress: (BacktestProgress) throws -> Void) throws -> Bool {
        while let batch = try next(reader) {
            guard try handle(batch) else { return false }
            try progress(
                BacktestProgress(
                    phase: .scoring, lines: account.lines, trades: account.trades, receive: account.lastReceive ?? 0,
                    fileBytes: reader.bytesRead,
                    totalBytes: reader.totalBytes))
        }
        for worker in queues.indices where !flush(worker) { return false }
        account.skippedLines = reader.skippedLines
        finish()
        return true
    }

    /// The next batch; a tape that is damaged after a good beginning ends there.
    private mutating func next(_ reader: TapeReader) throws -> TapeBatch? {
        do {
            return try reader.next()
        } catch {
            switch error.code {
            case .truncated, .badMember, .trailingBytes:
                guard account.lines > 0 else { throw error }
                account.truncation = error.description
                account.truncationPlace = lastLine.map { "stream \($0.stream) seq \($0.sequence)" }
                return nil
            default: throw error
            }
        }
    }

    private mutating func handle(_ batch: TapeBatch) throws -> Bool {
        guard !batch.lines.isEmpty else { return true }
        let stream = stream(of: batch)
        hash(batch, stream)
        lastLine = batch.lines.last.map { (batch.header.stream, $0.sequence) }
        for line in batch.lines {
            account.lines += 1
            account.bytes += Int64(line.line.count + 1)
            if account.firstReceive == nil { account.firstReceive = line.receive }
            account.lastReceive = line.receive
            switch line.kind {
            case .event: if line.startsSegment { account.gaps += 1 }
            case .text, .binary: account.undecodable += 1
            case .frame:
                account.frames += 1
                guard try handle(frame: line, batch, stream) else { return false }
            }
        }
        return true
    }

    private mutating func handle(frame line: TapeLine, _ batch: TapeBatch, _ stream: Int) throws -> Bool {
        let name = batch.header.stream
        do {
            switch try decoder.decode(batch.text.span.extracting(line.body)) {
            case .trades: break
            case .ping, .ignored: account.ignoredFrames += 1
            case .serverError: account.serverErrors += 1
            }
        } catch {
            account.reject(error, isWholeFrame: true, stream: name, sequence: line.sequence)
            return true
        }
        for rejection in decoder.rejections {
            account.reject(rejection.error, isWholeFrame: false, stream: name, sequence: line.sequence)
        }
        for index in decoder.trades.indices {
            account.trades += 1
            let symbol = try symbol(decoder.trades[index].trade.symbol, stream, name, line.sequence)
            let worker = symbol % queues.count
            batches[worker].items.append(
                FeedBatch.Item(
                    symbol: symbol / queues.count,
                    observation: Observation(
                        trade: decoder.trades[index].trade,
                        identity: .tape(stream: name, sequence: line.sequence, index: decoder.trades[index].index),
                        receive: line.receive, stream: name, segment: line.segment)))
            if batches[worker].items.count >= Self.batchItems, !flush(worker) { return false }
        }
        return true
    }

    private mutating func flush(_ worker: Int) -> Bool {
        let batch = batches[worker]
        guard !batch.items.isEmpty else { return true }
        batches[worker] = FeedBatch()
        batches[worker].items.reserveCapacity(Self.batchItems)
        return queues[worker].push(batch)
    }

    /// The symbol's number.
    ///
    /// A stream may not come back to a symbol that another has taken over: both would hold the same trades.
    private mutating func symbol(_ name: String, _ stream: Int, _ streamName: String, _ sequence: Int64) throws -> Int {
        guard let symbol = symbols[name] else {
            let symbol = owners.count
            symbols[name] = symbol
            owners.append(StreamOwner(present: stream))
            batches[symbol % queues.count].symbols.append(name)
            return symbol
        }
        let present = owners[symbol].present
        guard present != stream else { return symbol }
        if owners[symbol].left.contains(stream) {
            throw BacktestError.overlappingStreams(
                symbol: name, first: streamName, second: account.streams[present].stream, sequence: sequence)
        }
        owners[symbol].left.append(present)
        owners[symbol].present = stream
        return symbol
    }

    private mutating func stream(of batch: TapeBatch) -> Int {
        let name = batch.header.stream
        let place: Int
        if let known = streams[name] {
            place = known
        } else {
            place = account.streams.count
            streams[name] = place
            account.streams.append(
                TapeAccount.Stream(
                    stream: name, lines: 0, sha256: "", receivesTradeTime: batch.header.clock == .tradeTime))
            digests.append(StreamDigest())
        }
        account.streams[place].lines += batch.lines.count
        return place
    }

    /// Adds the lines' bytes to their stream's hash, in runs as long as they stand one after the other.
    private func hash(_ batch: TapeBatch, _ stream: Int) {
        let feed = UInt8(ascii: "\n")
        var run = batch.lines[0].line
        func close() { digests[stream].update(batch.text[run], addingLineFeed: true) }
        for line in batch.lines.dropFirst() {
            let next = line.line
            if next.lowerBound == run.upperBound + 1, batch.text[run.upperBound] == feed {
                run = run.lowerBound..<next.upperBound
            } else {
                close()
                run = next
            }
        }
        close()
    }

    private mutating func finish() {
        for place in account.streams.indices { account.streams[place].sha256 = digests[place].hex() }
        account.streams.sort { $0.stream.precedesInUTF8($1.stream) }
    }
}
