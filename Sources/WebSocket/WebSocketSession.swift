import CWebSockets
import Foundation

/// One client of a server: its HTTP exchange or its WebSocket.
///
/// Used on the loop's thread only; nothing blocks.
public final class WebSocketSession {
    /// The request that opened it.
    public private(set) var request: HTTPRequest
    /// Bytes handed in and not yet to the system.
    public private(set) var queuedBytes = 0
    /// Room for the owner: whatever belongs to this client.
    public var owner: AnyObject?

    private let wsi: OpaquePointer
    private var queue: [Outgoing] = []
    private var next = 0
    private var closing: (code: UInt16, reason: String)?
    private var isDropped = false
    private var dropsWhenSent = false
    var assembly: [UInt8] = []

    private struct Outgoing {
        /// The payload behind the room that libwebsockets wants before it.
        var bytes: [UInt8]
        let kind: lws_write_protocol
    }

    init(wsi: OpaquePointer, request: HTTPRequest) {
        self.wsi = wsi
        self.request = request
    }

    /// Queues a message.
    ///
    /// The queue has no limit of its own: look at ``queuedBytes`` and wait for `drained`.
    public func send(_ bytes: Span<UInt8>, kind: WebSocketMessageKind = .text) {
        enqueue(bytes, kind == .text ? LWS_WRITE_TEXT : LWS_WRITE_BINARY)
    }

    /// Queues a protocol ping.
    public func ping() { enqueue([UInt8]().span, LWS_WRITE_PING) }

    /// Ends the WebSocket with a close frame, after what is queued.
    public func close(code: UInt16 = 1000, reason: String = "") {
        closing = (code, reason)
        lws_callback_on_writable(wsi)
    }

    /// Drops the socket without a close frame, as Finnhub's server does; what is queued is lost.
    public func drop() {
        guard !isDropped else { return }
        isDropped = true
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC)
    }

    /// Drops the socket without a close frame once all that is queued has been handed to the system.
    public func dropWhenSent() {
        guard !isDropped, closing == nil else { return }
        dropsWhenSent = true
        lws_callback_on_writable(wsi)
    }

    /// Reads no more of what the client sends: neither its pings nor its close frame are answered.
    ///
    /// libwebsockets then no longer sees the client go either: ask ``isDeserted`` from time to time.
    public func stopReading() { lws_rx_flow_control(wsi, 0) }

    /// Whether the client has ended the TCP connection, what it sent before being read or not.
    public var isDeserted: Bool {
        var socket = pollfd(fd: lws_get_socket_fd(wsi), events: cwebsockets_peer_has_closed, revents: 0)
        return poll(&socket, 1, 0) == 1
    }

    private func enqueue(_ bytes: Span<UInt8>, _ kind: lws_write_protocol) {
        guard !isDropped, !dropsWhenSent, closing == nil else { return }
        let room = Int(cwebsockets_pre)
        let whole = [UInt8](unsafeUninitializedCapacity: room + bytes.count) { buffer, count in
            bytes.withUnsafeBufferPointer { source in
                buffer[..<room].initialize(repeating: 0)
                _ = buffer[room...].initialize(fromContentsOf: source)
            }
            count = room + bytes.count
        }
        queue.append(Outgoing(bytes: whole, kind: kind))
        queuedBytes += bytes.count
        lws_callback_on_writable(wsi)
    }

    /// Writes as much as the socket takes; a return other than 0 closes it.
    func write(drained: () -> Void) -> Int32 {
        let room = Int(cwebsockets_pre)
        // libwebsockets calls for more only when it has written what it kept of the message before: nothing is lost.
        if dropsWhenSent, next == queue.count { return -1 }
        while next < queue.count, lws_send_pipe_choked(wsi) == 0 {
            let length = queue[next].bytes.count - room
            let kind = queue[next].kind
            let written = queue[next].bytes.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.map { lws_write(wsi, $0 + room, length, kind) } ?? -1
            }
            guard written >= Int32(length) else { return -1 }
            queuedBytes -= length
            next += 1
        }
        if next == queue.count {
            queue.removeAll(keepingCapacity: true)
            next = 0
            if let closing {
                var reason = Array(closing.reason.utf8.prefix(120))
                lws_close_reason(wsi, lws_close_status(UInt32(closing.code)), &reason, reason.count)
                return -1
            }
            if dropsWhenSent {
                lws_callback_on_writable(wsi)
                return 0
            }
            drained()
        } else if next > 4096 {
            queue.removeFirst(next)
            next = 0
        }
        if !queue.isEmpty { lws_callback_on_writable(wsi) }
        return 0
    }
}
