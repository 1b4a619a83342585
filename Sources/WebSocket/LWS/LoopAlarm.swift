import CWebSockets

/// Makes `lws_service` return at a time.
///
/// libwebsockets looks for ripe timers when a call of `lws_service` begins, and only then waits for sockets. A timer that
/// is ripe by then runs, and the wait that follows knows nothing of it any more: it would last until a socket stirs. So
/// this timer, when it runs at all, ends that wait.
///
/// Used on the service thread only.
final class LoopAlarm {
    private let context: OpaquePointer
    /// The timer, with the context behind it for the callback, which gets nothing but the timer's address.
    private let timer: UnsafeMutablePointer<lws_sorted_usec_list_t>
    private static let contextOffset = MemoryLayout<lws_sorted_usec_list_t>.stride

    init(context: OpaquePointer) {
        self.context = context
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: Self.contextOffset + MemoryLayout<OpaquePointer>.size,
            alignment: MemoryLayout<lws_sorted_usec_list_t>.alignment)
        timer = memory.initializeMemory(as: lws_sorted_usec_list_t.self, repeating: lws_sorted_usec_list_t(), count: 1)
        memory.storeBytes(of: context, toByteOffset: Self.contextOffset, as: OpaquePointer.self)
    }

    deinit { UnsafeMutableRawPointer(timer).deallocate() }

    /// Sets it, or moves it.
    func set(after microseconds: Int64) {
        lws_sul_schedule(
            context, 0, timer,
            { timer in
                guard let timer else { return }
                lws_cancel_service(
                    UnsafeRawPointer(timer).load(fromByteOffset: LoopAlarm.contextOffset, as: OpaquePointer.self))
            }, lws_usec_t(microseconds))
    }

    /// Takes it back.
    func cancel() { lws_sul_cancel(timer) }
}
