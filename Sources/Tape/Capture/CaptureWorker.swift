import Dispatch
import Foundation

/// The thread that seals, syncs and keeps house, so that intake never waits for any of it.
final class CaptureWorker: Sendable {
    private let sealer: CaptureSealer
    private let journal: CaptureJournal
    private let queue: CaptureQueue
    private let keeper: CaptureKeeper
    private let interval: Duration?
    private let fail: @Sendable (SystemFault) -> Void
    private let done = DispatchSemaphore(value: 0)

    /// Starts the thread.
    init(
        sealer: CaptureSealer, journal: CaptureJournal, queue: CaptureQueue, keeper: CaptureKeeper,
        policy: TapeSyncPolicy, fail: @escaping @Sendable (SystemFault) -> Void
    ) {
        self.sealer = sealer
        self.journal = journal
        self.queue = queue
        self.keeper = keeper
        self.fail = fail
        interval = if case .interval(let time) = policy { time } else { nil }
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "tape-seal"
        thread.start()
    }

    /// Waits until the thread has ended; to be called once, after the queue's end.
    func join() { done.wait() }

    private func run() {
        defer { done.signal() }
        var nextSync = ContinuousClock.now.advanced(by: interval ?? .zero)
        var nextRound = ContinuousClock.now.advanced(by: .seconds(1))
        while !queue.isEnding {
            let now = ContinuousClock.now
            let due = interval == nil ? nextRound : min(nextRound, nextSync)
            if now < due { queue.wait(atMost: now.duration(to: due)) }
            do throws(SystemFault) {
                if let interval, ContinuousClock.now >= nextSync {
                    nextSync = ContinuousClock.now.advanced(by: interval)
                    try journal.sync()
                }
                if ContinuousClock.now >= nextRound {
                    nextRound = ContinuousClock.now.advanced(by: .seconds(1))
                    keeper.keep()
                }
                try sealer.seal()
            } catch {
                // A full disk is tried again with the next round; the journal holds the lines meanwhile.
                if !error.isFull { return fail(error) }
            }
        }
    }
}
