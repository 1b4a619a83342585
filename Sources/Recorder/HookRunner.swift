import Diagnostics
import Foundation
import JSONText
import Synchronization

/// Runs the hook for one event after the other on a thread of its own; the capture never waits for it.
final class HookRunner: Sendable {
    /// Most events that wait; of more the oldest that is no closed part goes.
    static let queueLimit = 1000
    /// How long a hook may take, ms.
    static let timeLimit: Int64 = 60_000

    private struct State {
        var queue: [HookEvent] = []
        var isEnding = false
        var runs = 0
        var failures = 0
        var dropped = 0
        var deadline: Int64 = .max
    }

    private let command: String
    private let log: Log
    private let ledger: HookLedger?
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - command: for `/bin/sh -c`.
    ///   - ledger: remembers the parts for which the hook ended with 0.
    ///   - log: failures.
    init(command: String, ledger: HookLedger?, log: Log) {
        self.command = command
        self.ledger = ledger
        self.log = log
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "hooks"
        thread.start()
    }

    /// Runs done, failed, and events that were dropped.
    var counts: (runs: Int, failures: Int, dropped: Int) { state.withLock { ($0.runs, $0.failures, $0.dropped) } }

    /// Queues an event; returns at once.
    func tell(_ event: HookEvent) {
        state.withLock { state in
            guard !state.isEnding else { return }
            if state.queue.count >= Self.queueLimit {
                let place = state.queue.firstIndex { if case .partClosed = $0 { false } else { true } } ?? 0
                state.queue.remove(at: place)
                state.dropped += 1
            }
            state.queue.append(event)
        }
        wake.signal()
    }

    /// Lets what waits run for so long, then ends the thread.
    func finish(milliseconds: Int64) {
        state.withLock {
            $0.isEnding = true
            $0.deadline = SystemClocks.monotonic() + milliseconds * 1_000_000
        }
        wake.signal()
        ended.wait()
    }

    private func run() {
        while true {
            let (event, isEnding, deadline) = state.withLock { state in
                (state.queue.isEmpty ? nil : state.queue.removeFirst(), state.isEnding, state.deadline)
            }
            guard let event else {
                if isEnding { return }
                wake.wait()
                continue
            }
            guard SystemClocks.monotonic() < deadline else { return }
            let outcome = HookProcess.run(
                command, input: event.line + "\n", milliseconds: Self.timeLimit,
                isCancelled: { SystemClocks.monotonic() >= self.state.withLock { $0.deadline } })
            state.withLock {
                $0.runs += 1
                if !outcome.isSuccess { $0.failures += 1 }
            }
            if outcome.isSuccess {
                if case .partClosed(let path, _, _, _, _) = event { ledger?.add(path) }
            } else {
                log.say(.warning, "hook-failed", ["outcome": .string("\(outcome)"), "line": .string(event.line)])
            }
        }
    }
}
