import JSONText

extension ReplayEngine {
    /// Waits until a line may be played; does what is due meanwhile and obeys commands.
    func awaitTurn(of paced: Int64) throws(ReplayError) -> Turn {
        while true {
            if let command = inbox.take() {
                let turn = try obey(command)
                guard turn == .onward else { return turn }
                continue
            }
            guard !givesUp() else { return .stopped }
            guard !state.isFree else { return .onward }
            let now = time.now()
            if now >= nextTick {
                try houseKeep()
                continue  // which may have taken time, or moved the clock
            }
            switch state.verdict(on: paced, now: now) {
            case .due: return .onward
            case .wait(let deadline): time.wait(until: min(deadline, nextTick))
            case .held: time.wait(until: nextTick)
            }
        }
    }

    /// Waits for a moment: before the first lap, and between laps.
    func idle(until moment: Int64) throws(ReplayError) -> Turn {
        while true {
            if let command = inbox.take() {
                let turn = try obey(command)
                guard turn == .onward else { return turn }
                continue
            }
            guard !givesUp() else { return .stopped }
            let now = time.now()
            guard now < moment else { return .onward }
            nextTick = max(nextTick, now + 1)
            time.wait(until: min(moment, nextTick))
            if time.now() >= nextTick { try houseKeep() }
        }
    }

    private func obey(_ command: ReplayControl) throws(ReplayError) -> Turn {
        let now = time.now()
        if case .seek = command, !settings.canSeek {
            log.say(.warning, "no-seek", ["reason": "the tape is read once, in order"])
            return .onward
        }
        let wasPaused = state.pausedAt
        let speed = state.speed
        let effect = state.apply(command, now: now, start: start)
        if let wasPaused, !state.isPaused { timing.paused += now - max(wasPaused, timing.begun ?? wasPaused) }
        if state.speed != speed || effect != .none { timing.isDisturbed = true }
        if case .step = command { timing.isDisturbed = true }
        commands.append(
            ReplayReport.Command(
                command: command, seconds: Double(now - (timing.begun ?? now)) / 1e9, position: timing.position,
                sequence: timing.sequence, target: effect.target,
                speed: state.speed.description))
        onTick(self)
        switch effect {
        case .none: return .onward
        case .stop: return .stopped
        case .seek(let receive):
            if settings.pace == .receive { timing.jump(to: receive) } else { timing.leave(for: receive) }
            return .seek(receive)
        }
    }
}
