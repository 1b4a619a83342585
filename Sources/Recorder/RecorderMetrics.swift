import Diagnostics

/// The status as Prometheus reads it (text format 0.0.4).
struct RecorderMetrics {
    private var page = MetricsPage(prefix: "tapedeck_recorder_")

    /// All metrics.
    static func text(_ status: RecorderStatus, at now: Int64) -> String {
        var metrics = RecorderMetrics()
        metrics.feed(status)
        metrics.session(status, at: now)
        metrics.tape(status)
        if let publish = status.publish { metrics.publishing(publish) }
        return metrics.page.text
    }

    private mutating func feed(_ status: RecorderStatus) {
        let counters = status.counters
        page.head("frames_total", "counter", "Messages received.")
        page.add("frames_total", counters.textFrames, [("kind", "text")])
        page.add("frames_total", counters.binaryFrames, [("kind", "binary")])
        page.counter("frame_bytes_total", "Bytes of messages received.", counters.frameBytes)
        page.counter("pings_total", "Pings of the feed.", counters.pings)
        page.counter("server_errors_total", "Errors that the server sent.", counters.serverErrors)
        page.counter(
            "rejected_frames_total", "Frames that cannot be decoded; they are recorded.", counters.rejectedFrames)
        page.counter("rejected_trades_total", "Bad trades; they are recorded.", counters.rejectedTrades)
        page.head("trades_total", "counter", "Good trades received, by symbol.")
        for symbol in counters.symbols { page.add("trades_total", symbol.trades, [("symbol", symbol.name)]) }
        if counters.otherTrades > 0 { page.add("trades_total", counters.otherTrades, [("symbol", "")]) }
        page.head("trade_lag_seconds", "histogram", "Receive time minus trade time.")
        var sum: Int64 = 0
        for (bound, count) in zip(FeedCounters.lagBounds, counters.lagCounts) {
            sum += count
            page.add("trade_lag_seconds_bucket", sum, [("le", "\(Double(bound) / 1000)")])
        }
        page.add("trade_lag_seconds_bucket", counters.trades, [("le", "+Inf")])
        page.add("trade_lag_seconds_sum", Double(counters.lagMilliseconds) / 1000)
        page.add("trade_lag_seconds_count", counters.trades)
    }

    private mutating func session(_ status: RecorderStatus, at now: Int64) {
        let counters = status.counters
        page.gauge("connected", "1 while a connection is open.", status.isConnected ? 1 : 0)
        page.counter("connect_attempts_total", "Attempts to connect.", counters.attempts)
        page.counter("connects_total", "Connections that came about.", counters.connects)
        page.counter("disconnects_total", "Connections that ended.", counters.disconnects)
        page.counter("stalls_total", "Connections given up for silence.", counters.stalls)
        page.counter("gaps_total", "Gaps opened.", counters.gaps)
        page.counter("clock_steps_total", "Steps of the system clock.", counters.clockSteps)
        page.gauge("gap_open", "1 while trades may be missing.", status.gapSince == nil ? 0 : 1)
        if let silence = status.silentSeconds { page.gauge("silence_seconds", "Since the last message.", silence) }
        page.gauge("symbols", "Symbols asked for.", Double(status.symbols))
        page.gauge("symbols_live", "Symbols that have shown a trade.", Double(status.liveSymbols))
        page.gauge("up_seconds", "Since the recording began.", status.upSeconds)
        page.gauge("alive", "1 while the feed's thread comes round.", status.isAlive(at: now) ? 1 : 0)
        page.counter("hook_runs_total", "Hooks run.", Int64(status.hookRuns))
        page.counter("hook_failures_total", "Hooks that failed or were dropped.", Int64(status.hookFailures))
    }

    private mutating func tape(_ status: RecorderStatus) {
        let capture = status.capture
        page.counter("tape_lines_total", "Lines stored.", capture.lines)
        page.counter("tape_bytes_total", "Bytes written to tapes.", capture.tapeBytes)
        page.counter("tape_members_total", "Members written to tapes.", capture.members)
        page.counter("tape_parts_closed_total", "Parts complete.", capture.closedParts)
        page.counter("tape_parts_deleted_total", "Parts that retention deleted.", capture.deletedParts)
        page.counter("dropped_frames_total", "Frames received and not stored.", capture.droppedFrames)
        page.counter("dropped_bytes_total", "Bytes of frames received and not stored.", capture.droppedBytes)
        page.gauge("out_of_space", "1 while nothing is stored for want of space.", capture.isOutOfSpace ? 1 : 0)
        page.gauge("queue_bytes", "Text that waits for compression.", Double(capture.queuedBytes))
        page.counter("journal_writes_total", "Writes to the journal.", capture.journalWrites)
        page.seconds("journal_write_seconds_total", "counter", "Time in them.", capture.journalNanoseconds)
        page.seconds("journal_write_seconds_max", "gauge", "The longest.", capture.longestJournalWrite)
        page.counter("syncs_total", "Syncs of journals and tapes.", capture.syncs)
        page.seconds("sync_seconds_total", "counter", "Time in them.", capture.syncNanoseconds)
        page.seconds("sync_seconds_max", "gauge", "The longest.", capture.longestSync)
        if let free = capture.freeBytes { page.gauge("disk_free_bytes", "Space left for tapes.", Double(free)) }
        if let days = status.daysUntilFull {
            page.gauge("disk_full_days", "Until the disk is full at this rate.", days)
        }
    }

    private mutating func publishing(_ status: PublishStatus) {
        page.counter("published_records_total", "Records acknowledged by Kafka.", Int64(status.acknowledged))
        page.gauge("publish_outstanding_records", "Records handed over, not acknowledged.", Double(status.outstanding))
        page.gauge("publish_backlog_lines", "Lines of this stream that Kafka lacks.", Double(status.backlogLines))
        page.gauge("publish_queue_bytes", "Frames that wait in memory.", Double(status.queuedBytes))
        page.gauge("publish_behind", "1 while publishing is behind.", status.isBehind ? 1 : 0)
        page.counter("publish_behind_total", "Times that publishing fell behind.", Int64(status.timesBehind))
        page.counter("publish_failures_total", "Times that publishing began anew.", Int64(status.failures))
        page.counter("publish_lost_lines_total", "Lines gone before they were published.", status.lostLines)
    }
}
