import Dispatch
import Synchronization

/// Reads a tape while it is written: what is sealed, then the lines of its journal as they come, part after part.
///
/// It ends behind the `closed` line, where the stream has no journal any more, and when it is stopped. It looks for new
/// lines twenty times a second; nothing of the recorder waits for it.
public final class TapeFollower: Sendable {
    private let state: Mutex<FollowState>
    private let wake = DispatchSemaphore(value: 0)
    private let isStopped = Mutex(false)
    private let interval: Duration

    /// Starts at the head of a part.
    ///
    /// - Parameters:
    ///   - path: the part; the ones after it follow by their names.
    ///   - after: sequence number of the last line that is not wanted; 0: all.
    ///   - interval: time between looks, where nothing was new.
    /// - Throws: ``TapeError`` if there is neither a tape nor a journal, or it is no tape.
    public init(path: String, after: Int64 = 0, interval: Duration = .milliseconds(50)) throws(TapeError) {
        self.interval = interval
        state = Mutex(try FollowState(path: path, after: after))
    }

    /// The stream's header.
    public var header: TapeHeader { state.withLock { $0.header } }

    /// The next lines; blocks until there are any.
    ///
    /// - Returns: nil at the end of the stream and after ``stop()``.
    /// - Throws: ``TapeError`` where the tape is damaged.
    public func next() throws(TapeError) -> TapeBatch? {
        while !isStopped.withLock({ $0 }) {
            switch try state.withLock({ (state) throws(TapeError) in try state.look() }) {
            case .lines(let batch): return batch
            case .ended: return nil
            case .nothing: _ = wake.wait(timeout: .now() + .nanoseconds(Int(clamping: interval.wholeNanoseconds)))
            }
        }
        return nil
    }

    /// Looks once, without waiting.
    ///
    /// - Returns: the next lines, or nil if there are none now.
    /// - Throws: ``TapeError`` where the tape is damaged.
    public func poll() throws(TapeError) -> TapeBatch? {
        if case .lines(let batch) = try state.withLock({ (state) throws(TapeError) in try state.look() }) {
            return batch
        }
        return nil
    }

    /// What a look found.
    public enum Look: Sendable {
        /// The next lines.
        case lines(TapeBatch)
        /// Nothing new; more may come.
        case nothing
        /// The end of the stream.
        case ended
    }

    /// Looks once, without waiting, and tells silence from the end.
    ///
    /// - Returns: what was found.
    /// - Throws: ``TapeError`` where the tape is damaged.
    public func look() throws(TapeError) -> Look {
        switch try state.withLock({ (state) throws(TapeError) in try state.look() }) {
        case .lines(let batch): .lines(batch)
        case .nothing: .nothing
        case .ended: .ended
        }
    }

    /// Ends the wait; from any thread.
    public func stop() {
        isStopped.withLock { $0 = true }
        wake.signal()
    }
}
