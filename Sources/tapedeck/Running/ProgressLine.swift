import Foundation
import Synchronization

/// One line on a terminal that is rewritten in place: how much is done, how fast, how long it will take.
///
/// Says nothing in a pipe, with `--quiet` or with `--json`. Any thread may call it.
final class ProgressLine: Sendable {
    private struct State {
        var isShown = false
        var last: ContinuousClock.Instant?
    }

    private let isEnabled: Bool
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(isEnabled: Bool) { self.isEnabled = isEnabled }

    /// Shows the state of things, at most five times a second.
    ///
    /// - Parameters:
    ///   - what: the work, `replay`.
    ///   - done: units done.
    ///   - total: units in all, if known.
    ///   - unit: the plural of the unit.
    ///   - note: more to say, such as a lag.
    ///   - rate: units a second at the moment; the mean since the start if left out.
    func show(_ what: String, done: Int64, total: Int64?, unit: String, note: String = "", rate: Double? = nil) {
        guard isEnabled else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            if let last = state.last, now - last < .milliseconds(200) { return }
            state.last = now
            state.isShown = true
            let text = Self.text(
                what, done: done, total: total, unit: unit, note: note, elapsed: now - start, rate: rate)
            Terminal.write("\r\u{1B}[K" + text.prefix(max(1, Terminal.width - 1)))
        }
    }

    /// Takes the line away, before something else is said.
    func clear() {
        state.withLock { state in
            if state.isShown { Terminal.write("\r\u{1B}[K") }
            state.isShown = false
        }
    }

    /// The line's text.
    static func text(
        _ what: String, done: Int64, total: Int64?, unit: String, note: String, elapsed: Duration,
        rate: Double? = nil
    ) -> String {
        let seconds = Double(DurationText.nanoseconds(elapsed)) / 1e9
        var text = "\(what): \(done)"
        if let total, total > 0 {
            text += " of \(total) \(unit) (\(min(100, done * 100 / total)) %)"
        } else {
            text += " \(unit)"
        }
        let rate = rate ?? (seconds > 0 ? Double(done) / seconds : 0)
        text += ", \(Int64(rate))/s"
        if let total, done > 0, done < total, rate > 0 {
            text += ", ETA \(DurationText.clock(Int64((Double(total - done) / rate).rounded(.up))))"
        }
        return note.isEmpty ? text : text + ", " + note
    }
}
