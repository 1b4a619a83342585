import Dispatch
import Synchronization

/// Closed members on their way to the tape, bounded in bytes by intake.
final class CaptureQueue: Sendable {
    /// A closed member and where its lines stand in the journal.
    struct Entry: Sendable {
        var member: TapeMember.Closed
        /// Place in the journal of its first line and behind its last.
        var place: Range<Int64>
        /// Whether a new part starts with it, by time.
        var startsPart: Bool
    }

    private struct State {
        var entries: [Entry] = []
        var bytes = 0
        /// Texts of members that are sealed: fresh memory for each member costs a page fault every 4 KiB.
        var spares: [[UInt8]] = []
        var isEnding = false
        var failure: TapeError?
        var isLow = false
    }

    private static let spareLimit = 2
    /// A line that sits alone may be longer than members are.
    private static let longestSpare = 4 << 20

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    func add(_ entry: Entry) {
        state.withLock {
            $0.entries.append(entry)
            $0.bytes += entry.member.text.count
        }
        wake.signal()
    }

    /// The oldest member, which stays until ``removeFirst()``.
    var first: Entry? { state.withLock { $0.entries.first } }

    func removeFirst() {
        state.withLock {
            let text = $0.entries.removeFirst().member.text
            $0.bytes -= text.count
            if $0.spares.count < Self.spareLimit, text.count <= Self.longestSpare { $0.spares.append(text) }
        }
    }

    /// Memory of a member that is sealed, with its text still in it; empty if there is none.
    func takeSpare() -> [UInt8] { state.withLock { $0.spares.popLast() ?? [] } }

    /// Text that waits, in bytes.
    var bytes: Int { state.withLock { $0.bytes } }

    /// Whether no more will be added.
    var isEnding: Bool { state.withLock { $0.isEnding } }

    func end() {
        state.withLock { $0.isEnding = true }
        wake.signal()
    }

    /// What ended the capture early.
    var failure: TapeError? { state.withLock { $0.failure } }

    /// Keeps the first failure.
    ///
    /// - Returns: whether this is the first.
    func fail(_ error: TapeError) -> Bool {
        state.withLock {
            guard $0.failure == nil else { return false }
            $0.failure = error
            return true
        }
    }

    /// Whether less space is free than asked for, as the sealer saw it last.
    var isLow: Bool {
        get { state.withLock { $0.isLow } }
        set { state.withLock { $0.isLow = newValue } }
    }

    /// Waits for work; at most so long.
    func wait(atMost time: Duration) {
        _ = wake.wait(timeout: .now() + .nanoseconds(Int(clamping: time.wholeNanoseconds)))
    }
}
