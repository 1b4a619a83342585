import TradeModel

extension TapeCoverage {
    /// Looks at all tapes of a folder, and at those that are being written.
    ///
    /// A symbol is covered from the `subscribed` line on that names it (or the header, in a tape without such lines) to
    /// the next `gap`, `disconnected` or `stalled` line or the stream's last line, and again from `resumed` or the next
    /// `subscribed` line. Streams that overlap count once.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - symbols: only these; nil: all that were subscribed or traded.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: a row for each symbol and each day from its first to its last.
    /// - Throws: ``TapeError`` if the folder cannot be read or holds no tape.
    public static func run(
        folder: String, symbols: [String]? = nil, progress: (Int64) -> Void = { _ in }
    ) throws(TapeError) -> TapeCoverage {
        let entries: [FolderEntry]
        do throws(SystemFault) { entries = try PosixFileSystem().entries(of: folder) } catch {
            throw error.error(folder)
        }
        var names = Set(entries.map(\.name).filter { $0.hasSuffix(CaptureNaming.tapeSuffix) })
        for entry in entries { if let tape = CaptureNaming.tape(ofJournal: entry.name) { names.insert(tape) } }
        let files = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(folder)/\($0)" }
        guard !files.isEmpty else {
            throw TapeError(.unsupported("holds no file named *.jsonl.gz: name the folder of the tapes"), path: folder)
        }
        // Parts of one stream belong together: a gap may begin in one and end in the next.
        var groups: [(stream: String, paths: [String])] = []
        var work = CoverageWork(symbols: symbols.map(Set.init))
        var result = TapeCoverage()
        for path in files {
            do throws(TapeError) {
                let stream = try TapeReader(paths: [path], configuration: TapeReaderConfiguration(workers: 1)).streams
                    .map(\.stream).joined(separator: " ")
                if let index = groups.firstIndex(where: { $0.stream == stream }) {
                    groups[index].paths.append(path)
                } else {
                    groups.append((stream, [path]))
                }
            } catch {
                result.faults.append(error)
            }
        }
        var bytes: Int64 = 0
        for group in groups {
            do throws(TapeError) {
                let reader = try TapeReader(paths: group.paths)
                defer { bytes += reader.bytesRead }
                work.begin()
                while let batch = try reader.next() {
                    work.add(batch)
                    progress(bytes + reader.bytesRead)
                }
            } catch {
                result.faults.append(error)
            }
            work.end()
        }
        result.files = files
        result.rows = work.rows()
        return result
    }
}

/// Gathers what each symbol's captures cover.
struct CoverageWork {
    private struct Symbol {
        var intervals: [Range<Int64>] = []
        var frames: [Int64: Int64] = [:]
        var trades: [Int64: Int64] = [:]
        var gaps: [Int64: Int64] = [:]
    }

    /// One stream while it is read.
    private struct Stream {
        var subscribed: Set<String> = []
        /// Since when all of them are covered; nil in a gap.
        var since: Int64?
        /// Of symbols that came later: since when.
        var joined: [String: Int64] = [:]
        var last: Int64 = 0
    }

    private let wanted: Set<String>?
    private var symbols: [String: Symbol] = [:]
    private var streams: [String: Stream] = [:]
    private var decoder = FinnhubFrameDecoder()

    init(symbols: Set<String>?) { wanted = symbols }

    mutating func begin() { streams = [:] }

    mutating func add(_ batch: TapeBatch) {
        let name = batch.header.stream
        var stream = streams[name] ?? Stream()
        if streams[name] == nil {
            stream.subscribed = Set(batch.header.symbols)
            stream.since = max(batch.header.receive, batch.lines.first?.receive ?? batch.header.receive)
        }
        for line in batch.lines {
            stream.last = line.receive
            if line.kind == .event, let event = try? batch.event(line) {
                handle(event, line.receive, &stream)
            } else if line.kind == .frame {
                count(batch, line, &stream)
            }
        }
        streams[name] = stream
    }

    private mutating func handle(_ event: TapeEvent, _ receive: Int64, _ stream: inout Stream) {
        switch event {
        case .subscribed(let names):
            for name in names where !stream.subscribed.contains(name) {
                stream.subscribed.insert(name)
                if stream.since != nil { stream.joined[name] = receive }
            }
            if stream.since == nil { resume(receive, &stream) }
        case .resumed: if stream.since == nil { resume(receive, &stream) }
        case .gap(let from, _, _):
            interrupt(min(max(from, stream.since ?? from), receive), &stream)
            for name in stream.subscribed where isWanted(name) {
                symbols[name, default: Symbol()].gaps[receive / TradingSession.day, default: 0] += 1
            }
        case .disconnected, .stalled, .closed: interrupt(receive, &stream)
        default: break
        }
    }

    private func resume(_ receive: Int64, _ stream: inout Stream) {
        stream.since = receive
        stream.joined = [:]
    }

    private mutating func interrupt(_ receive: Int64, _ stream: inout Stream) {
        guard let since = stream.since else { return }
        for name in stream.subscribed where isWanted(name) {
            let start = max(since, stream.joined[name] ?? since)
            if start < receive { symbols[name, default: Symbol()].intervals.append(start..<receive) }
        }
        stream.since = nil
    }

    private mutating func count(_ batch: TapeBatch, _ line: TapeLine, _ stream: inout Stream) {
        guard case .trades = try? decoder.decode(batch.text.span.extracting(line.body)) else { return }
        let day = line.receive / TradingSession.day
        var seen: Set<String> = []
        for framed in decoder.trades where isWanted(framed.trade.symbol) {
            let name = framed.trade.symbol
            // An imported file names no symbols: what trades was subscribed.
            if stream.subscribed.insert(name).inserted, batch.header.symbols.isEmpty == false {
                stream.joined[name] = line.receive
            }
            symbols[name, default: Symbol()].trades[day, default: 0] += 1
            if seen.insert(name).inserted { symbols[name, default: Symbol()].frames[day, default: 0] += 1 }
        }
    }

    private func isWanted(_ name: String) -> Bool { wanted?.contains(name) ?? true }

    /// Ends the streams that were read.
    mutating func end() {
        for name in streams.keys.sorted() {
            guard var stream = streams[name] else { continue }
            interrupt(stream.last, &stream)
        }
        streams = [:]
    }

    /// The table, by day, then by symbol.
    func rows() -> [TapeCoverage.Row] {
        var rows: [TapeCoverage.Row] = []
        for name in symbols.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let symbol = symbols[name] else { continue }
            let merged = Self.union(symbol.intervals)
            var days = Set(symbol.trades.keys).union(symbol.gaps.keys)
            for interval in merged {
                for day in interval.lowerBound / TradingSession.day...(interval.upperBound - 1) / TradingSession.day {
                    days.insert(day)
                }
            }
            guard let first = days.min(), let last = days.max() else { continue }
            for day in first...last {
                let session = TradingSession.stretch(of: name, day: day)
                // A weekend between two days of trading is no loss.
                if session == nil, !days.contains(day) { continue }
                let covered = merged.reduce(Int64(0)) { sum, interval in
                    guard let session else { return sum }
                    let common = interval.clamped(to: session)
                    return sum + (common.upperBound - common.lowerBound)
                }
                rows.append(
                    TapeCoverage.Row(
                        day: TradingSession.text(day), symbol: name,
                        session: session.map { $0.upperBound - $0.lowerBound } ?? 0, covered: covered,
                        gaps: symbol.gaps[day] ?? 0, frames: symbol.frames[day] ?? 0, trades: symbol.trades[day] ?? 0))
            }
        }
        return rows.enumerated().sorted { left, right in
            left.element.day != right.element.day ? left.element.day < right.element.day : left.offset < right.offset
        }.map(\.element)
    }

    private static func union(_ intervals: [Range<Int64>]) -> [Range<Int64>] {
        var merged: [Range<Int64>] = []
        for interval in intervals.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = merged.last, interval.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, interval.upperBound)
            } else {
                merged.append(interval)
            }
        }
        return merged
    }
}
