import TradeModel

extension TapeInfo {
    /// Reads the files of one stream to their end, or to the first fault, which ``fault`` then names.
    ///
    /// - Parameters:
    ///   - paths: the files.
    ///   - reading: window, threads.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: what is in them.
    /// - Throws: ``TapeError`` if a file cannot be opened or has no usable header, or they hold several streams.
    public static func read(
        paths: [String], reading: TapeReaderConfiguration = .init(), progress: (Int64) -> Void = { _ in }
    ) throws(TapeError) -> TapeInfo {
        let reader = try TapeReader(paths: paths, configuration: reading)
        guard reader.streams.count == 1, let header = reader.streams.first else {
            throw TapeError(.severalStreams(reader.streams.map(\.stream)), path: "")
        }
        var info = TapeInfo(header: header, paths: paths, fileBytes: reader.totalBytes)
        var counts = Counting()
        do throws(TapeError) {
            while let batch = try reader.next() {
                for line in batch.lines { try info.add(line, of: batch, &counts) }
                progress(reader.bytesRead)
            }
        } catch {
            info.fault = error
        }
        info.textBytes = reader.textBytesRead
        info.members = reader.membersRead
        info.skipped = reader.skippedLines
        info.symbols = Self.sorted(counts.symbols)
        info.events = Self.sorted(counts.events)
        return info
    }

    /// What is counted under way.
    private struct Counting {
        var decoder = FinnhubFrameDecoder()
        var symbols: [String: Int64] = [:]
        var events: [String: Int64] = [:]
    }

    private mutating func add(_ line: TapeLine, of batch: TapeBatch, _ counts: inout Counting) throws(TapeError) {
        lines += 1
        sequences = (sequences?.lowerBound ?? line.sequence)...line.sequence
        receives = (receives?.lowerBound ?? line.receive)...line.receive
        isClosed = false
        switch line.kind {
        case .text: texts += 1
        case .binary: binaries += 1
        case .event:
            let event = try batch.event(line)
            counts.events[event.name, default: 0] += 1
            add(event, line)
        case .frame:
            frames += 1
            guard (try? counts.decoder.decode(batch.text.span.extracting(line.body))) != nil else {
                undecodableFrames += 1
                return
            }
            rejectedTrades += Int64(counts.decoder.rejections.count)
            for framed in counts.decoder.trades {
                trades += 1
                counts.symbols[framed.trade.symbol, default: 0] += 1
                let time = framed.trade.time
                let known = tradeTimes ?? time...time
                tradeTimes = min(known.lowerBound, time)...max(known.upperBound, time)
            }
        }
    }

    private mutating func add(_ event: TapeEvent, _ line: TapeLine) {
        switch event {
        case .gap(let from, let cause, _):
            gaps.append(Gap(sequence: line.sequence, from: from, until: nil, cause: cause))
        case .resumed:
            if let last = gaps.indices.last, gaps[last].until == nil { gaps[last].until = line.receive }
        case .dropped(let count, _, _): droppedFrames += max(0, count)
        case .closed: isClosed = true
        default: break
        }
    }

    private static func sorted(_ counts: [String: Int64]) -> [Count] {
        counts.map { Count(name: $0.key, count: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
