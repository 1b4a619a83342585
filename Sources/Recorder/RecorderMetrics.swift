import JSONText

/// The status as Prometheus reads it (text format 0.0.4).
struct RecorderMetrics {
    private var text = ""

    /// All metrics.
    static func text(_ status: RecorderStatus, at now: Int64) -> String {
        var metrics = RecorderMetrics()
        metrics.feed(status)
        metrics.session(status, at: now)
        metrics.tape(status)
        if let publish = status.publish { metrics.publishing(publish) }
        return metrics.text
    }

    private mutating func feed(_ status: RecorderStatus) {
        let counters = status.counters
        head("frames_total", "counter", "Messages received.")
        add("frames_total", counters.textFrames, [("kind", "text")])
        add("frames_total", counters.binaryFrames, [("kind", "binary")])
        counter("frame_bytes_total", "Bytes of messages received.", counters.frameBytes)
        counter("pings_total", "Pings of the feed.", counters.pings)
        counter("server_errors_total", "Errors that the server sent.", counters.serverErrors)
        counter("rejected_frames_total", "Frames that cannot be decoded; they are recorded.", counters.rejectedFrames)
        counter("rejected_trades_total", "Bad trades; they are recorded.", counters.rejectedTrades)
        head("trades_total", "counter", "Good trades received, by symbol.")
        for symbol in counters.symbols { add("trades_total", symbol.trades, [("symbol", symbol.name)]) }
        if counters.otherTrades > 0 { add("trades_total", counters.otherTrades, [("symbol", "")]) }
        head("trade_lag_seconds", "histogram", "Receive time minus trade time.")
        var sum: Int64 = 0
        for (bound, count) in zip(FeedCounters.lagBounds, counters.lagCounts) {
            sum += count
            add("trade_lag_seconds_bucket", sum, [("le", "\(Double(bound) / 1000)")])
        }
        add("trade_lag_seconds_bucket", counters.trades, [("le", "+Inf")])
        add("trade_lag_seconds_sum", Double(counters.lagMilliseconds) / 1000)
        add("trade_lag_seconds_count", counters.trades)
    }

    private mutating func session(_ status: RecorderStatus, at now: Int64) {
        let counters = status.counters
        gauge("connected", "1 while a connection is open.", status.isConnected ? 1 : 0)
        counter("connect_attempts_total", "Attempts to connect.", counters.attempts)
        counter("connects_total", "Connections that came about.", counters.connects)
        counter("disconnects_total", "Connections that ended.", counters.disconnects)
        counter("stalls_total", "Connections given up for silence.", counters.stalls)
        counter("gaps_total", "Gaps opened.", counters.gaps)
        counter("clock_steps_total", "Steps of the system clock.", counters.clockSteps)
        gauge("gap_open", "1 while trades may be missing.", status.gapSince == nil ? 0 : 1)
        if let silence = status.silentSeconds { gauge("silence_seconds", "Since the last message.", silence) }
        gauge("symbols", "Symbols asked for.", Double(status.symbols))
        gauge("symbols_live", "Symbols that have shown a trade.", Double(status.liveSymbols))
        gauge("up_seconds", "Since the recording began.", status.upSeconds)
        gauge("alive", "1 while the feed's thread comes round.", status.isAlive(at: now) ? 1 : 0)
        counter("hook_runs_total", "Hooks run.", Int64(status.hookRuns))
        counter("hook_failures_total", "Hooks that failed or were dropped.", Int64(status.hookFailures))
    }

    private mutating func tape(_ status: RecorderStatus) {
        let capture = status.capture
        counter("tape_lines_total", "Lines stored.", capture.lines)
        counter("tape_bytes_total", "Bytes written to tapes.", capture.tapeBytes)
        counter("tape_members_total", "Members written to tapes.", capture.members)
        counter("tape_parts_closed_total", "Parts complete.", capture.closedParts)
        counter("tape_parts_deleted_total", "Parts that retention deleted.", capture.deletedParts)
        counter("dropped_frames_total", "Frames received and not stored.", capture.droppedFrames)
        counter("dropped_bytes_total", "Bytes of frames received and not stored.", capture.droppedBytes)
        gauge("out_of_space", "1 while nothing is stored for want of space.", capture.isOutOfSpace ? 1 : 0)
        gauge("queue_bytes", "Text that waits for compression.", Double(capture.queuedBytes))
        counter("journal_writes_total", "Writes to the journal.", capture.journalWrites)
        seconds("journal_write_seconds_total", "counter", "Time in them.", capture.journalNanoseconds)
        seconds("journal_write_seconds_max", "gauge", "The longest.", capture.longestJournalWrite)
        counter("syncs_total", "Syncs of journals and tapes.", capture.syncs)
        seconds("sync_seconds_total", "counter", "Time in them.", capture.syncNanoseconds)
        seconds("sync_seconds_max", "gauge", "The longest.", capture.longestSync)
        if let free = capture.freeBytes { gauge("disk_free_bytes", "Space left for tapes.", Double(free)) }
        if let days = status.daysUntilFull { gauge("disk_full_days", "Until the disk is full at this rate.", days) }
    }

    private mutating func publishing(_ status: PublishStatus) {
        counter("published_records_total", "Records acknowledged by Kafka.", Int64(status.acknowledged))
        gauge("publish_outstanding_records", "Records handed over, not acknowledged.", Double(status.outstanding))
        gauge("publish_backlog_lines", "Lines of this stream that Kafka lacks.", Double(status.backlogLines))
        gauge("publish_queue_bytes", "Frames that wait in memory.", Double(status.queuedBytes))
        gauge("publish_behind", "1 while publishing is behind.", status.isBehind ? 1 : 0)
        counter("publish_behind_total", "Times that publishing fell behind.", Int64(status.timesBehind))
        counter("publish_failures_total", "Times that publishing began anew.", Int64(status.failures))
        counter("publish_lost_lines_total", "Lines gone before they were published.", status.lostLines)
    }

    // MARK: - Format

    private static let prefix = "tapedeck_recorder_"

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(type)\n"
    }

    private mutating func counter(_ name: String, _ help: String, _ value: Int64) {
        head(name, "counter", help)
        add(name, value)
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        head(name, "gauge", help)
        add(name, value)
    }

    private mutating func seconds(_ name: String, _ type: String, _ help: String, _ nanoseconds: Int64) {
        head(name, type, help)
        add(name, Double(nanoseconds) / 1e9)
    }

    private mutating func add(_ name: String, _ value: Int64, _ labels: [(String, String)] = []) {
        append(name, labels, "\(value)")
    }

    private mutating func add(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
        append(name, labels, value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)")
    }

    private mutating func append(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += Self.prefix + name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
