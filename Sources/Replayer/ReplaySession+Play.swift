import JSONText
import Kafka
import Tape

extension ReplaySession {
    /// Plays a source into a sink; for tests, without laps and seeks.
    func play(
        _ source: any TapeSource, into sink: any RecordSink, partitions: Int, roundTrip: Duration = .zero
    ) throws(ReplayError) -> ReplayReport {
        let tapes = Tapes(headers: [], configuration, first: source, canReopen: false) { _ throws(TapeError) in source }
        var plan = ReplayPlan(tapes: tapes)
        plan.roundTrip = roundTrip
        return try play(plan, into: sink, partitions: partitions)
    }

    /// Plays all laps; what ``run()`` does once everything is there.
    func play(_ plan: ReplayPlan, into sink: any RecordSink, partitions: Int) throws(ReplayError) -> ReplayReport {
        let engine = makeEngine(plan, sink)
        let meter = ProgressMeter()
        var starved: Int64 = 0
        var phase = ReplayStatus.Phase.playing
        engine.onTick = { [self] engine in
            let measured = meter.measure(engine, isAtEnd: phase == .ended)
            progress(measured)
            show(engine, measured, phase)
        }
        var wasStopped = false
        if plan.checkpoint?.isDone != true {
            wasStopped = try !playLaps(plan, engine, meter, &starved)
        }
        phase = .flushing
        engine.onTick(engine)
        allowFlush(engine)
        var isComplete = try engine.flush()
        if isComplete, !wasStopped, configuration.endMarker {
            isComplete = try engine.sendEndMarkers(partitions: partitions)
        }
        try engine.keeper?.write(engine, isDone: isComplete && !wasStopped)
        if isComplete, !wasStopped, let group = configuration.untilConsumed {
            isComplete = try awaitConsumption(by: group, of: engine)
        }
        phase = wasStopped ? .flushing : .ended
        engine.onTick(engine)
        current.withLock { $0.phase = .ended }
        var report = engine.report(
            outcome: wasStopped || !isComplete ? .stopped : .done, configuration: configuration, starved: starved)
        report.isResumed = plan.isResumed
        report.possibleDuplicates += plan.checkpoint?.possibleDuplicates ?? 0
        return report
    }

    private func makeEngine(_ plan: ReplayPlan, _ sink: any RecordSink) -> ReplayEngine {
        var settings = EngineSettings()
        settings.speed = configuration.speed
        settings.form = configuration.form
        settings.pace = configuration.pace
        settings.maximumGap = configuration.maximumGap?.wholeNanoseconds
        settings.window = plan.tapes.isWindowed ? nil : plan.tapes.window
        settings.timestamp = configuration.timestamp
        settings.overload = configuration.overload
        settings.startsPaused = configuration.startsPaused
        settings.canSeek = plan.tapes.canReopen
        settings.naming = plan.naming
        settings.roundTrip = plan.roundTrip
        let engine = ReplayEngine(
            settings: settings, sink: sink, time: time, log: log,
            place: "topic \(configuration.topic) on \(configuration.kafka.brokers)", inbox: inbox,
            givesUp: { [self] in isStopRequested.load(ordering: .relaxed) })
        engine.start = plan.tapes.start
        if let checkpoint = plan.checkpoint, let path = configuration.checkpoint {
            engine.keeper = CheckpointKeeper(path: path, checkpoint: checkpoint)
            engine.lap = checkpoint.lap
            engine.marks = checkpoint.marks
            engine.playedBefore = checkpoint.marks
            engine.streams = checkpoint.streams
            engine.partial = checkpoint.partialLine.map { ($0, checkpoint.partialRecords) }
        }
        return engine
    }

    /// Plays lap after lap.
    ///
    /// - Returns: false if it was stopped.
    private func playLaps(
        _ plan: ReplayPlan, _ engine: ReplayEngine, _ meter: ProgressMeter, _ starved: inout Int64
    ) throws(ReplayError) -> Bool {
        var from: Int64?
        if configuration.delay > .zero {
            switch try engine.idle(until: time.now() + configuration.delay.wholeNanoseconds) {
            case .onward: break
            case .seek(let receive): from = receive
            case .stopped: return false
            }
        }
        // What was played before a checkpoint needs not be read again.
        var sequence = plan.tapes.canReopen ? engine.playedBefore.first.map { $0.sequence + 1 } : nil
        while true {
            var feed = feed(of: try plan.tapes.source(from: from, sequence: sequence))
            meter.feed = feed
            (from, sequence) = (nil, nil)
            let linesBefore = engine.counts.lines
            lap: while true {
                guard !engine.givesUp() else { return false }
                let asked = time.now()
                guard let batch = try nextBatch(of: feed, for: engine) else { break }
                starved += engine.starvedTime(since: asked, by: batch.batch)
                switch try engine.play(batch) {
                case .onward: continue
                case .stopped: return false
                case .seek(let receive):
                    engine.playedBefore = []
                    feed = self.feed(of: try plan.tapes.source(from: receive))
                    meter.feed = feed
                }
            }
            guard !engine.givesUp() else { return false }
            let isLast = configuration.laps > 0 && engine.lap >= configuration.laps
            // A tape without lines would be played for ever without playing anything.
            guard !isLast, engine.counts.lines > linesBefore || engine.lap == 1 && !engine.playedBefore.isEmpty else {
                return true
            }
            switch try engine.beginLap(after: configuration.loopDelay.wholeNanoseconds) {
            case .onward: break
            case .seek(let receive): from = receive
            case .stopped: return false
            }
        }
    }

    /// Decodes a source's lines; ahead of the player where nothing but speed counts.
    private func feed(of source: any TapeSource) -> BatchFeed {
        BatchFeed(
            source, FramePreparer(form: configuration.form, wanted: configuration.symbols),
            readsAhead: configuration.speed == .maximum)
    }

    /// The next lines; nil at the end, or when the engine is told to give up.
    private func nextBatch(of feed: BatchFeed, for engine: ReplayEngine) throws(ReplayError) -> PreparedBatch? {
        do throws(TapeError) {
            guard feed.isLive else { return try feed.next() }
        } catch {
            throw .tape(error)
        }
        while !engine.givesUp() {
            let polled: BatchFeed.Polled
            do throws(TapeError) { polled = try feed.poll() } catch { throw .tape(error) }
            switch polled {
            case .batch(let batch): return batch
            case .end: return nil
            case .nothing: if try engine.idle(until: time.now() + 50_000_000) == .stopped { return nil }
            }
        }
        return nil
    }

    /// From now on a stop ends the engine only after a while, so that what was handed over can be acknowledged.
    private func allowFlush(_ engine: ReplayEngine) {
        let patience = configuration.stopTimeout.wholeNanoseconds
        var deadline: Int64?
        engine.givesUp = { [self] in
            guard isStopRequested.load(ordering: .relaxed) else { return false }
            let now = time.now()
            let end = deadline ?? now + patience
            deadline = end
            return now >= end
        }
    }

    private func show(_ engine: ReplayEngine, _ measured: ReplayProgress, _ phase: ReplayStatus.Phase) {
        let status = ReplayStatus(
            phase: phase == .playing && engine.state.isPaused ? .paused : phase, position: engine.timing.position,
            sequence: engine.timing.sequence, lap: engine.lap, speed: engine.state.speed.description,
            commands: engine.commands.count, published: engine.outbox.delivery.published,
            acknowledged: engine.outbox.delivery.acknowledged,
            rejected: engine.counts.rejectedFrames + engine.counts.rejectedTrades,
            blockedSeconds: Double(engine.timing.blocked) / 1e9,
            producerRestarts: engine.outbox.delivery.restarts, dropped: engine.outbox.delivery.dropped,
            lateness: engine.lateness.quantile(perMillion: 990_000).map { Double($0) / 1e9 },
            fraction: measured.fraction, remainingSeconds: measured.remainingSeconds)
        current.withLock { $0 = status }
    }
}

extension ReplayEngine {
    /// Goes to the head of the next lap: where the last one was to end, however late it was done.
    func beginLap(after delay: Int64) throws(ReplayError) -> Turn {
        let end = scheduledEnd
        lap += 1
        marks = []
        playedBefore = []
        timing.leave(for: nil)
        timing.nextAnchor = end.map { $0 + delay }
        timing.delayed += delay
        guard delay > 0 else { return .onward }
        return try idle(until: (end ?? time.now()) + delay)
    }

    /// The moment at which what comes behind the last line is due; nil where nothing has a deadline.
    private var scheduledEnd: Int64? {
        guard !state.isPaused, let last = timing.lastPaced else { return nil }
        return state.deadline(of: last).map { Int64(clamping: $0) }
    }
}
