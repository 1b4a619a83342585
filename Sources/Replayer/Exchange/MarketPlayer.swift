import Foundation
import JSONText
import Tape

/// Plays the tapes to one client, or to all of a shared market, on a thread of its own.
final class MarketPlayer {
    /// How a stretch of lines ended.
    private enum Ending {
        case tape
        case seek(Int64)
        case stopped
    }

    private let market: ExchangeMarket
    private let handle: PlayerHandle
    private let time: any ReplayTimeSource
    private var state: PlayState
    private var filter = FrameFilter()
    private var lap = 0
    private var isAnchored = false
    /// Counts not yet added to the market's.
    private var tally = ExchangeCounts()
    private var nextReport: Int64 = 0

    /// Starts a player's thread.
    static func start(_ handle: PlayerHandle, in market: ExchangeMarket) {
        let thread = Thread { MarketPlayer(handle, market).run() }
        thread.name = "player-\(handle.number)"
        thread.stackSize = 1 << 20
        thread.start()
    }

    init(_ handle: PlayerHandle, _ market: ExchangeMarket) {
        self.market = market
        self.handle = handle
        time = handle.time
        state = PlayState(speed: market.configuration.speed)
    }

    /// Plays all laps; blocks.
    func run() {
        var window = TapeWindow.everything
        do throws(TapeError) {
            while true {
                switch try play(try market.open(window)) {
                case .tape:
                    lap += 1
                    isAnchored = false
                    window = .everything
                    if let laps = market.laps, lap >= laps {
                        tally.completedPlays += 1
                        report(force: true)
                        return handle.end(.played)
                    }
                case .seek(let receive): window.receives = receive..<Int64.max
                case .stopped:
                    report(force: true)
                    return handle.end(.abandon)
                }
            }
        } catch {
            tally.failedPlays += 1
            tally.firstFailure = error.description
            market.log.say(.error, "tape-failed", ["client": JSONValue(handle.number), "error": .string("\(error)")])
            report(force: true)
            handle.end(.drop)
        }
    }

    private func play(_ source: any TapeSource) throws(TapeError) -> Ending {
        while !handle.isOver {
            let asked = time.now()
            guard let batch = try nextBatch(of: source) else { return handle.isOver ? .stopped : .tape }
            guard let first = batch.lines.first else { continue }
            if !isAnchored {
                state.anchor(at: first.receive, now: time.now())
                isAnchored = true
            } else if !state.isPaused {
                let due = state.deadline(of: first.receive).map { Int64(clamping: $0) } ?? asked
                tally.starved += max(0, time.now() - max(asked, due))
            }
            for line in batch.lines {
                switch awaitTurn(of: line) {
                case .tape: break
                case let other: return other
                }
                let wasPaused = state.isPaused
                let deadline = state.deadline(of: line.receive)
                let isFrame = try deliver(line, of: batch)
                if isFrame, !wasPaused, let deadline {
                    // The clock may have been held meanwhile; held time is no lateness.
                    let now = state.deadline(of: line.receive) ?? deadline
                    tally.lateness.add(Int64(clamping: Int128(time.now()) - now))
                }
                state.played(line.receive, isFrame: isFrame)
                if isFrame { state.countRecords() }
                handleStatus(line, of: batch.header.stream)
            }
            report(force: false)
        }
        return .stopped
    }

    /// The next lines; of a capture in progress, as soon as there are any.
    private func nextBatch(of source: any TapeSource) throws(TapeError) -> TapeBatch? {
        guard source.isLive else { return try source.next() }
        while !handle.isOver {
            switch try source.poll() {
            case .batch(let batch): return batch
            case .end: return nil
            case .nothing:
                handle.update { $0.isWaiting = true }
                time.wait(until: time.now() + 50_000_000)
            }
        }
        return nil
    }

    /// Waits until a line may be played, and obeys commands meanwhile.
    private func awaitTurn(of line: TapeLine) -> Ending {
        while !handle.isOver {
            while let command = handle.inbox.take() {
                let effect = state.apply(command, now: time.now(), start: market.start)
                handle.update {
                    $0.phase = state.isPaused ? .paused : .playing
                    $0.speed = state.speed
                }
                switch effect {
                case .none: continue
                case .seek(let receive): return .seek(receive)
                case .stop: return .stopped
                }
            }
            let now = time.now()
            switch state.verdict(on: line.receive, now: now) {
            case .due: return .tape
            case .wait(let deadline): wait(until: deadline, now)
            case .held: wait(until: .max, now)
            }
        }
        return .stopped
    }

    /// Waits, but tells the counts about once a second.
    private func wait(until deadline: Int64, _ now: Int64) {
        if now >= nextReport { report(force: true) }
        time.wait(until: min(deadline, now + 1_000_000_000))
    }

    // MARK: - Delivery

    /// Offers a line to all clients.
    ///
    /// - Returns: whether it was a message; events are not sent.
    private func deliver(_ line: TapeLine, of batch: TapeBatch) throws(TapeError) -> Bool {
        guard try filter.take(line, of: batch) else { return false }
        let receivers = handle.outboxes
        var faults: [ExchangeFault.Kind] = []
        var place: FaultLedger.Place?
        if !market.ledger.faults.isEmpty, receivers.contains(where: { $0.wants(&filter) }) {
            let here = FaultLedger.Place(
                stream: batch.header.stream, sequence: line.sequence, receive: line.receive)
            faults = market.ledger.faults(at: here, start: market.start, player: handle.number, lap: lap)
            place = here
        }
        for outbox in receivers { offer(to: outbox, faults, at: place) }
        return true
    }

    private func offer(to outbox: ClientOutbox, _ faults: [ExchangeFault.Kind], at place: FaultLedger.Place?) {
        if !faults.isEmpty, outbox.wants(&filter) {
            for kind in faults { market.ledger.note(.init(kind: kind, client: outbox.number, place: place)) }
            if faults.contains(.drop) { return outbox.finish(.drop) }
            if faults.contains(.halfOpen) { return outbox.restrict(to: .nothing) }
            if faults.contains(.stall) { return outbox.restrict(to: .pingsOnly) }
        }
        switch outbox.offer(&filter, faults: faults) {
        case .discarded: return
        case .taken: break
        case .full where handle.isShared:
            tally.slowClients += 1
            market.log.say(
                .warning, "client-too-slow",
                ["client": JSONValue(outbox.number), "waitingBytes": JSONValue(market.configuration.queueBytes)])
            return outbox.finish(.abandon)
        case .full:
            guard hold(for: outbox, faults) else { return }
        }
        tally.messages += 1
    }

    /// Holds the clock until a slow client takes the message.
    ///
    /// - Returns: false if it is gone first.
    private func hold(for outbox: ClientOutbox, _ faults: [ExchangeFault.Kind]) -> Bool {
        let start = time.now()
        var offer = ClientOutbox.Offer.full
        while offer == .full, !handle.isOver {
            outbox.waitForRoom()
            offer = outbox.offer(&filter, faults: faults)
        }
        let held = time.now() - start
        state.shift(by: held)
        tally.blocked += held
        return offer == .taken
    }

    // MARK: - Reports

    private var lastLine: (stream: String, sequence: Int64)?

    private func handleStatus(_ line: TapeLine, of stream: String) {
        lastLine = (stream, line.sequence)
        if state.isPaused { report(force: true) }
    }

    /// Adds what was counted to the market's counts, and says where the player is.
    private func report(force: Bool) {
        let now = time.now()
        guard force || now >= nextReport else { return }
        nextReport = now + 100_000_000
        let tally = self.tally
        self.tally = ExchangeCounts()
        market.count { $0.add(tally) }
        handle.update { status in
            status.phase = state.isPaused ? .paused : .playing
            status.speed = state.speed
            status.position = state.position
            status.sequence = lastLine?.sequence
            status.stream = lastLine?.stream
            status.lap = lap + 1
            status.messages += tally.messages
        }
    }
}
