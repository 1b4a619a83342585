import Foundation
import Tape

/// Reads and decodes on a thread of its own, so that the player's thread only hands records over.
///
/// Bounded in bytes; one batch is always held. What was read comes in order, a fault behind everything before it.
///
/// `@unchecked Sendable`: everything that changes is touched under the condition's lock only.
final class ReadAhead: @unchecked Sendable {
    /// What one read gave, and how far the source was then.
    struct Item: Sendable {
        let batch: Result<PreparedBatch?, TapeError>
        let progress: ReadingProgress?

        var cost: Int { (try? batch.get())?.cost ?? 0 }
    }

    /// Bytes that are held at most.
    static let limit = 4 << 20

    private let condition = NSCondition()
    private var items: [Item] = []
    private var bytes = 0
    private var isStopped = false

    /// Starts the thread, which from now on alone uses the source.
    init(_ source: any TapeSource, _ preparer: FramePreparer) {
        nonisolated(unsafe) let source = source
        let thread = Thread { [self] in
            var preparer = preparer
            while put(Self.read(source, &preparer)) {}
        }
        thread.name = "read-ahead"
        thread.start()
    }

    private static func read(_ source: any TapeSource, _ preparer: inout FramePreparer) -> Item {
        do throws(TapeError) {
            let batch = try source.next()
            return Item(batch: .success(batch.map { preparer.prepare($0) }), progress: source.progress)
        } catch {
            return Item(batch: .failure(error), progress: nil)
        }
    }

    /// Waits for room and adds what was read.
    ///
    /// - Returns: whether more is wanted.
    private func put(_ item: Item) -> Bool {
        let cost = item.cost
        condition.lock()
        defer { condition.unlock() }
        while !isStopped, !items.isEmpty, bytes + cost > Self.limit { condition.wait() }
        guard !isStopped else { return false }
        items.append(item)
        bytes += cost
        condition.signal()
        if case .success(.some) = item.batch { return true }
        return false
    }

    /// What was read next; blocks until it is there.
    ///
    /// Not to be called again after the end or a fault.
    func next() -> Item {
        condition.lock()
        defer { condition.unlock() }
        while items.isEmpty { condition.wait() }
        let item = items.removeFirst()
        bytes -= item.cost
        // Woken at half only: two threads that wait for each other at every batch would do little else.
        if bytes <= Self.limit / 2 { condition.signal() }
        return item
    }

    /// Ends the thread after the read that is under way.
    func stop() {
        condition.lock()
        isStopped = true
        condition.signal()
        condition.unlock()
    }
}
