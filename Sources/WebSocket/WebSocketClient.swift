import CWebSockets
import Foundation
import Synchronization

/// One WebSocket connection as a client (RFC 6455), encrypted or not, for one life: connect, messages, end.
///
/// Certificate and host name are always checked. No subprotocol and no compression is offered. Pings of the server are
/// answered by libwebsockets. All methods and all calls to the handler are on the loop's thread; none blocks.
public final class WebSocketClient {
    private let loop: ServiceLoop
    private let configuration: WebSocketClientConfiguration
    /// Held until the last call to it: a weak reference would cost more for each message than all else here.
    private var handler: (any WebSocketClientHandler)?
    private var wsi: OpaquePointer?
    private var assembly = MessageAssembly()
    private var outgoing: [[UInt8]] = []
    private var pingsToSend = 0
    private var closing: (code: UInt16, reason: String)?
    private var peerClosure: WebSocketClosure?
    private var isOpen = false
    private var isAborted = false
    /// Whether the connection, TLS included, came about and the request went out.
    private var hasAsked = false
    /// Addresses of the host that have not been tried.
    private var addresses: ArraySlice<String> = []
    private var isOver = false
    private var timer: TimerQueue.Token?
    private var selfReference: Unmanaged<WebSocketClient>?

    /// Makes a client that does nothing yet.
    public init(loop: ServiceLoop, configuration: WebSocketClientConfiguration, handler: any WebSocketClientHandler) {
        self.loop = loop
        self.configuration = configuration
        self.handler = handler
        Self.living.add(1, ordering: .relaxed)
    }

    deinit { Self.living.subtract(1, ordering: .relaxed) }

    /// How many clients there are in the process: tests count leaks with it.
    static let living = Atomic<Int>(0)

    /// Carries a client through the look-up's thread and back.
    ///
    /// `@unchecked Sendable`: the client is touched on the loop's thread only.
    private final class ClientReference: @unchecked Sendable {
        weak var client: WebSocketClient?
        init(client: WebSocketClient) { self.client = client }
    }

    /// Starts to connect; the handler hears `webSocketOpened` or `webSocketFailed`, once.
    ///
    /// A host name is looked up on a thread of its own; its addresses are tried one after the other.
    public func connect() {
        precondition(wsi == nil && !isOver, "a client connects once")
        timer = loop.after(configuration.handshakeTimeout) { [weak self] in self?.handshakeIsLate() }
        let host = configuration.url.host
        guard !HostResolver.isNumeric(host) else { return start(host) }
        let box = ClientReference(client: self)
        let loop = loop
        HostResolver.resolve(host) { outcome in loop.perform { box.client?.resolved(outcome) } }
    }

    private func resolved(_ outcome: HostResolver.Outcome) {
        guard !isOver else { return }
        switch outcome {
        case .addresses(let list):
            addresses = list[...]
            startNext()
        case .failure(let reason):
            fail(WebSocketError(.network, "cannot connect to \(configuration.url): no address: \(reason)"))
        }
    }

    private func startNext() {
        guard !isOver, let address = addresses.popFirst() else { return }
        start(address)
    }

    private func start(_ address: String) {
        ServiceLog.clear()
        hasAsked = false
        let url = configuration.url
        guard let vhost = loop.clientVhost(caFile: configuration.caFile) else {
            fail(
                WebSocketError(
                    .tls, "no TLS set-up: is '\(configuration.caFile ?? "the system's CA store")' readable PEM?"))
            return
        }
        let reference = Unmanaged.passRetained(self)
        selfReference = reference
        let started = url.host.withCString { host in
            url.hostAndPort.withCString { hostHeader in
                url.requestTarget.withCString { target in
                    address.withCString { address in
                        var info = lws_client_connect_info()
                        info.context = loop.context
                        info.vhost = vhost
                        info.address = address
                        info.port = Int32(url.port)
                        info.path = target
                        // Without TLS the header is free text; with it libwebsockets checks the certificate against it.
                        info.host = url.isSecure ? host : hostHeader
                        info.ssl_connection = url.isSecure ? Int32(LCCSCF_USE_SSL.rawValue) : 0
                        info.ietf_version_or_minus_one = -1
                        info.userdata = reference.toOpaque()
                        info.alpn = nil
                        return lws_client_connect_via_info(&info)
                    }
                }
            }
        }
        if started != nil {
            if !isOver, selfReference != nil { wsi = started }
        } else if !isOver, selfReference != nil {
            // No callback has told the failure, so none will release what it would have got.
            selfReference = nil
            reference.release()
            fail(
                WebSocketError(
                    .network, "cannot connect to \(url): \(ServiceLog.lastLine ?? "no such host or no network")"))
        }
    }

    /// Sends a text message after those before it.
    ///
    /// Dropped once the connection has ended.
    public func send(_ text: [UInt8]) {
        guard isOpen else { return }
        outgoing.append(text)
        lws_callback_on_writable(wsi)
    }

    /// Sends a protocol ping.
    public func ping() {
        guard isOpen else { return }
        pingsToSend += 1
        lws_callback_on_writable(wsi)
    }

    /// Ends the connection with a close frame; the socket is dropped if that cannot be written within a second.
    public func close(code: UInt16 = 1000, reason: String = "") {
        guard !isOver else { return }
        guard isOpen else { return abort() }
        closing = (code, reason)
        lws_callback_on_writable(wsi)
        loop.after(.seconds(1)) { [weak self] in self?.abort() }
    }

    /// Drops the socket at once, without a close frame; what has not connected yet fails.
    public func abort() {
        guard !isOver else { return }
        isAborted = true
        guard isOpen else {
            let wsi = self.wsi
            fail(WebSocketError(.network, "the connection to \(configuration.url) was given up"))
            if let wsi { lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC) }
            return
        }
        if let wsi { lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC) }
    }

    private func handshakeIsLate() {
        guard !isOpen, !isOver else { return }
        let waited = configuration.handshakeTimeout
        let error = WebSocketError(.network, "\(configuration.url) did not finish the handshake within \(waited)")
        let wsi = self.wsi
        fail(error)
        if let wsi { lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC) }
    }

    private func fail(_ error: WebSocketError) {
        guard !isOver else { return }
        end { $0.webSocketFailed(error) }
    }

    /// Makes the last call to the handler.
    private func end(_ tell: (any WebSocketClientHandler) -> Void) {
        isOver = true
        endTimer()
        let last = handler
        handler = nil
        if let last { tell(last) }
    }

    private func endTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    // MARK: - Callbacks of libwebsockets

    /// Takes one callback; a return other than 0 closes the socket.
    func callback(_ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ data: UnsafeMutableRawPointer?, _ count: Int)
        -> Int32
    {
        switch reason {
        case LWS_CALLBACK_CLIENT_ESTABLISHED:
            guard !isOver else { return -1 }
            self.wsi = wsi
            isOpen = true
            endTimer()
            handler?.webSocketOpened()
        case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
            hasAsked = true
        case LWS_CALLBACK_CLIENT_RECEIVE:
            receive(wsi, UnsafeRawBufferPointer(start: data, count: count))
        case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
            handler?.webSocketReceivedPong()
        case LWS_CALLBACK_CLIENT_WRITEABLE:
            return write(wsi)
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            peerClosure = Self.closure(UnsafeRawBufferPointer(start: data, count: count))
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            self.wsi = nil
            let error = connectionError(wsi, UnsafeRawBufferPointer(start: data, count: count))
            if !isOver, error.kind == .network, !addresses.isEmpty {
                // Not from here: libwebsockets still has to let go of this attempt.
                loop.after(.zero) { [weak self] in self?.startNext() }
            } else {
                fail(error)
            }
        case LWS_CALLBACK_CLIENT_CLOSED:
            self.wsi = nil
            if !isOver {
                isOpen = false
                end { [closure] in $0.webSocketClosed(closure) }
            }
        case LWS_CALLBACK_WSI_DESTROY:
            self.wsi = nil
            // The last callback of a connection: libwebsockets no longer holds the pointer.
            if let reference = selfReference {
                selfReference = nil
                reference.release()
            }
        default: break
        }
        return 0
    }

    /// How the open connection ended, by what was known before.
    private var closure: WebSocketClosure {
        if let peerClosure { return peerClosure }
        if let closing { return WebSocketClosure(by: .client, code: Int(closing.code), reason: closing.reason) }
        return WebSocketClosure(by: isAborted ? .client : .network)
    }

    private func receive(_ wsi: OpaquePointer, _ bytes: UnsafeRawBufferPointer) {
        let isFirst = lws_is_first_fragment(wsi) != 0
        let isFinal = lws_is_final_fragment(wsi) != 0
        let kind: WebSocketMessageKind = lws_frame_is_binary(wsi) != 0 ? .binary : .text
        let limit = configuration.maximumMessageBytes
        if isFirst && isFinal && bytes.count <= limit {  // the usual case: handed on without a copy
            handler?.webSocketReceived(bytes.bindMemory(to: UInt8.self).span, kind: kind)
            return
        }
        switch assembly.add(bytes, isFirst: isFirst, isFinal: isFinal, limit: limit) {
        case .unfinished: break
        case .whole(let message): handler?.webSocketReceived(message.span, kind: kind)
        case .tooLong(let count): handler?.webSocketReceivedTooLong(bytes: count)
        }
    }

    private func write(_ wsi: OpaquePointer) -> Int32 {
        if pingsToSend > 0 {
            pingsToSend -= 1
            guard Self.write(wsi, [], LWS_WRITE_PING) else { return -1 }
        } else if !outgoing.isEmpty {
            guard Self.write(wsi, outgoing.removeFirst(), LWS_WRITE_TEXT) else { return -1 }
        } else if let closing {
            var reason = Array(closing.reason.utf8.prefix(120))
            lws_close_reason(wsi, lws_close_status(UInt32(closing.code)), &reason, reason.count)
            return -1
        }
        if pingsToSend > 0 || !outgoing.isEmpty || closing != nil { lws_callback_on_writable(wsi) }
        return 0
    }

    /// Writes one frame; libwebsockets wants room for its header before the payload.
    static func write(_ wsi: OpaquePointer, _ payload: [UInt8], _ kind: lws_write_protocol) -> Bool {
        var buffer = [UInt8](repeating: 0, count: Int(cwebsockets_pre))
        buffer += payload
        return buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return lws_write(wsi, base + Int(cwebsockets_pre), payload.count, kind) >= Int32(payload.count)
        }
    }

    /// Reads a close frame's payload: two bytes of code, big-endian, then the reason.
    static func closure(_ payload: UnsafeRawBufferPointer) -> WebSocketClosure {
        guard payload.count >= 2 else { return WebSocketClosure(by: .server) }
        return WebSocketClosure(
            by: .server, code: Int(payload[0]) << 8 | Int(payload[1]),
            reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
    }

    private func connectionError(_ wsi: OpaquePointer, _ text: UnsafeRawBufferPointer) -> WebSocketError {
        let url = configuration.url
        let status = Int(lws_http_client_http_response(wsi))
        if status != 0, status != 101 {
            return WebSocketError(.status(status), "\(url) answered the handshake with HTTP \(status)")
        }
        let reason = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        if hasAsked {
            let what = status == 101 || reason.hasPrefix("HS:") ? reason : "the server ended the connection (\(reason))"
            return WebSocketError(.handshake, "\(url) gave no WebSocket handshake: \(what)")
        }
        if url.isSecure, ServiceLog.lastLine != nil || reason.contains("SSL") || reason.contains("TLS") {
            return WebSocketError(.tls, "TLS with \(url) failed: \(ServiceLog.lastLine ?? reason)")
        }
        return WebSocketError(.network, "cannot connect to \(url): \(reason.isEmpty ? "connection failed" : reason)")
    }
}
