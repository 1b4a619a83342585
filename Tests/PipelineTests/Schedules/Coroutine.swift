import Foundation

/// A body that runs on a thread of its own, but only between ``resume()`` and the next ``yield()``: one thread at a time
/// holds the baton, so that a schedule decides everything.
///
/// `@unchecked Sendable`: the semaphores hand the baton over, and only its holder touches the properties.
final class Coroutine: @unchecked Sendable {
    private let toBody = DispatchSemaphore(value: 0)
    private let toCaller = DispatchSemaphore(value: 0)
    private var body: ((Coroutine) -> Void)?
    private var isStarted = false
    private(set) var isFinished = false
    private(set) var isCancelled = false

    init(_ body: @escaping (Coroutine) -> Void) { self.body = body }

    /// Runs the body until it yields or ends.
    func resume() {
        guard !isFinished else { return }
        if !isStarted {
            isStarted = true
            let thread = Thread { [self] in
                toBody.wait()
                body?(self)
                body = nil
                isFinished = true
                toCaller.signal()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        toBody.signal()
        toCaller.wait()
    }

    /// Hands the baton back; false: the body must end without touching anything.
    func yield() -> Bool {
        guard !isCancelled else { return false }
        toCaller.signal()
        toBody.wait()
        return !isCancelled
    }

    /// Ends the body where it stands, as a crash would.
    func cancel() {
        guard !isFinished, !isCancelled else { return }
        isCancelled = true
        guard isStarted else {
            isFinished = true
            body = nil
            return
        }
        resume()
    }
}
