import CWebSockets
import Foundation
import Synchronization

/// One libwebsockets context and the thread that serves it: clients and servers share it, and so do their timers.
///
/// Every callback of a client, server or timer runs on this one thread, so what they share needs no lock. Jobs from
/// other threads come in through ``perform(_:)``. Nothing here blocks except ``stop()``, which waits for the thread.
///
/// `@unchecked Sendable`: `context`, `clients` and `timers` are touched by the service thread alone, after `start`;
/// the queue of jobs is behind a mutex; `lws_cancel_service` is the one call that libwebsockets allows from elsewhere.
public final class ServiceLoop: @unchecked Sendable {
    private struct Inbox {
        var jobs: [@Sendable () -> Void] = []
        var stopping = false
    }

    let context: OpaquePointer
    private let inbox = Mutex(Inbox())
    private let ended = DispatchSemaphore(value: 0)
    private var timers = TimerQueue()
    private let alarm: LoopAlarm
    /// Vhosts of client connections, by CA file.
    var clientVhosts: [String: OpaquePointer] = [:]
    private var turnObservers: [() -> Void] = []
    let receiveBufferBytes: Int
    /// Keeps what libwebsockets points to (protocol tables, paths) alive as long as the context.
    let attic = Attic()

    /// Makes the context and starts its thread.
    ///
    /// - Parameters:
    ///   - name: the thread's name, as profilers show it.
    ///   - receiveBufferBytes: bytes read from a socket at once; more means fewer system calls under load.
    /// - Throws: `WebSocketError` if libwebsockets gives no context.
    public init(name: String, receiveBufferBytes: Int = 65_536) throws(WebSocketError) {
        ServiceLog.install()
        var info = lws_context_creation_info()
        info.port = cwebsockets_no_listen
        info.pt_serv_buf_size = UInt32(receiveBufferBytes)
        self.receiveBufferBytes = receiveBufferBytes
        info.gid = -1
        info.uid = -1
        guard let context = Self.makeContext(&info) else {
            throw WebSocketError(.library, "libwebsockets gives no context: out of memory or of file descriptors")
        }
        self.context = context
        alarm = LoopAlarm(context: context)
        let thread = Thread { [self] in serve() }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Whether libwebsockets has set up TLS for this process.
    private static let hasTLS = Mutex(false)

    /// Makes a context; the first one of the process sets up TLS, and no other.
    ///
    /// Each set-up moves the place where libwebsockets keeps a connection in OpenSSL's objects: a handshake that is
    /// under way in another context would not find itself again, and fail ("can't get wsi from ssl privdata").
    private static func makeContext(_ info: inout lws_context_creation_info) -> OpaquePointer? {
        let address = hasTLS.withLock { hasTLS in
            info.options = UInt64(cwebsockets_explicit_vhosts)
            if !hasTLS { info.options |= UInt64(cwebsockets_ssl_global_init) }
            let context = lws_create_context(&info)
            hasTLS = hasTLS || context != nil
            return Int(bitPattern: context)
        }
        return OpaquePointer(bitPattern: address)
    }

    /// Runs a job on the service thread, after those before it; may be called from any thread.
    ///
    /// After ``stop()`` jobs are dropped.
    public func perform(_ job: @escaping @Sendable () -> Void) {
        let accepted = inbox.withLock { inbox in
            guard !inbox.stopping else { return false }
            inbox.jobs.append(job)
            return true
        }
        if accepted { lws_cancel_service(context) }
    }

    /// Runs a job once on the service thread after a while; to be called on the service thread.
    ///
    /// - Returns: what ``cancel(_:)`` takes.
    @discardableResult
    public func after(_ delay: Duration, _ job: @escaping () -> Void) -> TimerQueue.Token {
        let token = timers.add(at: MonotonicInstant.now() + delay.nanoseconds, job)
        setAlarm()
        return token
    }

    /// Takes a timer back; to be called on the service thread.
    ///
    /// One that has run is no error.
    public func cancel(_ token: TimerQueue.Token) { timers.remove(token) }

    /// Calls an observer at the end of each turn of the loop, when all that had arrived is handed over.
    ///
    /// To be called on the service thread. A recorder writes its lines here: one write for all frames of the turn.
    public func atEndOfTurn(_ observer: @escaping () -> Void) { turnObservers.append(observer) }

    /// Ends the thread after the jobs already handed in; all connections close.
    ///
    /// Not to be called on the service thread.
    public func stop() {
        let first = inbox.withLock { inbox in
            defer { inbox.stopping = true }
            return !inbox.stopping
        }
        guard first else { return }
        lws_cancel_service(context)
        ended.wait()
        ended.signal()
    }

    // MARK: - Service thread

    private func serve() {
        var running = true
        while running {
            lws_service(context, 0)
            let (jobs, stopping) = inbox.withLock { inbox in
                defer { inbox.jobs = [] }
                return (inbox.jobs, inbox.stopping)
            }
            for job in jobs { job() }
            while let job = timers.popDue(at: MonotonicInstant.now()) { job() }
            for observer in turnObservers { observer() }
            setAlarm()
            running = !stopping
        }
        alarm.cancel()
        lws_context_destroy(context)
        timers = TimerQueue()
        turnObservers = []
        attic.clear()
        ended.signal()
    }

    /// Makes the next `lws_service` return in time for the earliest timer.
    private func setAlarm() {
        guard let next = timers.nextDeadline else {
            alarm.cancel()
            return
        }
        alarm.set(after: max(1, (next - MonotonicInstant.now() + 999) / 1000))
    }
}
