import CWebSockets

/// One HTTP exchange on a connection, until it is answered or becomes a WebSocket.
final class HTTPExchange {
    var method = "GET"
    var path = "/"
    var query: [(name: String, value: String)] = []
    let host: String?
    let origin: String?
    var body: [UInt8] = []
    var pending: [UInt8]?
    var session: WebSocketSession?

    var request: HTTPRequest {
        HTTPRequest(method: method, path: path, query: query, host: host, origin: origin, body: body)
    }

    /// Reads what libwebsockets parsed of the request line.
    init(_ wsi: OpaquePointer) {
        host = Self.header(WSI_TOKEN_HOST, wsi)
        origin = Self.header(WSI_TOKEN_ORIGIN, wsi)
        var start: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        let kind = lws_http_get_uri_and_method(wsi, &start, &length)
        let names = ["GET", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "HEAD"]
        method = names.indices.contains(Int(kind)) ? names[Int(kind)] : "UNKNOWN"
        if let start, length > 0 {
            path = String(decoding: UnsafeRawBufferPointer(start: start, count: Int(length)), as: UTF8.self)
        }
        var buffer = [CChar](repeating: 0, count: 4096)
        var index: Int32 = 0
        while true {
            let count = lws_hdr_copy_fragment(wsi, &buffer, Int32(buffer.count), WSI_TOKEN_HTTP_URI_ARGS, index)
            guard count >= 0 else { break }
            let text = String(decoding: buffer[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let equals = text.firstIndex(of: "=") ?? text.endIndex
            query.append((String(text[..<equals]), String(text[equals...].dropFirst())))
            index += 1
        }
    }

    /// A header's value; nil where it was not sent, empty where it is longer than any name of a host.
    private static func header(_ token: lws_token_indexes, _ wsi: OpaquePointer) -> String? {
        guard lws_hdr_total_length(wsi, token) > 0 else { return nil }
        var buffer = [CChar](repeating: 0, count: 512)
        let count = lws_hdr_copy(wsi, &buffer, Int32(buffer.count), token)
        return String(decoding: buffer[..<max(0, Int(count))].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What libwebsockets calls for connections to a server.
///
/// `user` is the connection's own memory, one pointer wide: it owns the exchange, from the first callback that needs
/// one to CLOSED or WSI_DESTROY.
func serverCallback(
    wsi: OpaquePointer?, reason: lws_callback_reasons, user: UnsafeMutableRawPointer?, data: UnsafeMutableRawPointer?,
    count: Int
) -> Int32 {
    guard let wsi, let place = lws_get_protocol(wsi)?.pointee.user,
        let server = Unmanaged<ServerPlace>.fromOpaque(place).takeUnretainedValue().server
    else { return 0 }
    let slot = user?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    switch reason {
    case LWS_CALLBACK_HTTP:
        let exchange = HTTPExchange(wsi)
        server.keep(exchange, in: slot)
        // A POST that announces no body, as `curl -X POST` sends it, is complete: nothing more would come.
        let announcesBody =
            lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0
            || lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0
        return exchange.method == "POST" && announcesBody ? 0 : server.answer(exchange, wsi)
    case LWS_CALLBACK_HTTP_BODY:
        guard let exchange = server.exchange(in: slot) else { return -1 }
        exchange.body.append(contentsOf: UnsafeRawBufferPointer(start: data, count: count))
        return exchange.body.count <= server.maximumMessageBytes ? 0 : -1
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        guard let exchange = server.exchange(in: slot) else { return -1 }
        return server.answer(exchange, wsi)
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return server.writeBody(in: slot, wsi)
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        let exchange = HTTPExchange(wsi)
        switch server.handler.decide(on: exchange.request) {
        case .accept: return 0
        case .refuse(let status):
            _ = lws_return_http_status(wsi, UInt32(status), nil)
            return 1
        }
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        // The last moment at which the request's headers can be read.
        server.keep(HTTPExchange(wsi), in: slot)
    case LWS_CALLBACK_ESTABLISHED:
        guard let exchange = server.exchange(in: slot) else { return -1 }
        let session = WebSocketSession(wsi: wsi, request: exchange.request)
        exchange.session = session
        server.handler.opened(session)
    case LWS_CALLBACK_RECEIVE:
        guard let session = server.exchange(in: slot)?.session else { return -1 }
        return server.receive(UnsafeRawBufferPointer(start: data, count: count), wsi, session)
    case LWS_CALLBACK_SERVER_WRITEABLE:
        guard let session = server.exchange(in: slot)?.session else { return 0 }
        return session.write { server.handler.drained(session) }
    case LWS_CALLBACK_CLOSED:
        if let session = server.exchange(in: slot)?.session { server.handler.closed(session) }
        server.keep(nil, in: slot)
    case LWS_CALLBACK_CLOSED_HTTP, LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        if server.exchange(in: slot)?.session == nil { server.keep(nil, in: slot) }
    default: break
    }
    return 0
}

extension HTTPServer {
    /// Replaces what a connection owns.
    func keep(_ exchange: HTTPExchange?, in slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) {
        guard let slot else { return }
        if let old = slot.pointee { Unmanaged<HTTPExchange>.fromOpaque(old).release() }
        slot.pointee = exchange.map { Unmanaged.passRetained($0).toOpaque() }
    }

    /// What a connection owns.
    func exchange(in slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> HTTPExchange? {
        slot?.pointee.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Writes the response's headers; the body follows when the socket takes it.
    func answer(_ exchange: HTTPExchange, _ wsi: OpaquePointer) -> Int32 {
        let response = handler.respond(to: exchange.request)
        let room = Int(cwebsockets_pre)
        var buffer = [UInt8](repeating: 0, count: room + 4096)
        let body = exchange.method == "HEAD" ? [] : response.body
        let written = buffer.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let base = buffer.baseAddress else { return -1 }
            let start = base + room
            var place: UnsafeMutablePointer<UInt8>? = start
            let end = base + buffer.count - 1
            guard
                lws_add_http_common_headers(
                    wsi, UInt32(response.status), response.contentType, lws_filepos_t(response.body.count), &place, end)
                    == 0
            else { return -1 }
            for header in response.headers {
                let value = Array(header.value.utf8)
                guard lws_add_http_header_by_name(wsi, header.name + ":", value, Int32(value.count), &place, end) == 0
                else { return -1 }
            }
            return lws_finalize_write_http_header(wsi, start, &place, end)
        }
        guard written == 0 else { return -1 }
        guard !body.isEmpty else { return lws_http_transaction_completed(wsi) == 0 ? 0 : -1 }
        exchange.pending = body
        lws_callback_on_writable(wsi)
        return 0
    }

    /// Writes the body; libwebsockets keeps what the socket does not take.
    func writeBody(in slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ wsi: OpaquePointer) -> Int32 {
        guard let exchange = exchange(in: slot), let body = exchange.pending else { return 0 }
        exchange.pending = nil
        guard WebSocketClient.write(wsi, body, LWS_WRITE_HTTP_FINAL) else { return -1 }
        return lws_http_transaction_completed(wsi) == 0 ? 0 : -1
    }

    /// Hands a complete message on.
    func receive(_ bytes: UnsafeRawBufferPointer, _ wsi: OpaquePointer, _ session: WebSocketSession) -> Int32 {
        let kind: WebSocketMessageKind = lws_frame_is_binary(wsi) != 0 ? .binary : .text
        if lws_is_first_fragment(wsi) != 0 { session.assembly.removeAll(keepingCapacity: true) }
        session.assembly.append(contentsOf: bytes)
        guard session.assembly.count <= maximumMessageBytes else { return -1 }
        if lws_is_final_fragment(wsi) != 0 {
            let message = session.assembly
            handler.received(message.span, kind: kind, from: session)
        }
        return 0
    }
}
