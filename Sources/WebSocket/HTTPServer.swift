import CWebSockets
import Foundation

/// An HTTP and WebSocket server on a loop's thread.
///
/// One handler answers requests, decides on WebSockets and gets their messages. It lives until its loop stops.
public final class HTTPServer {
    /// The address it listens on, with the port that was taken.
    public let address: ListenAddress
    /// Longest message or request body in bytes; a longer one ends its connection.
    let maximumMessageBytes: Int
    let handler: any HTTPServerHandler
    let loop: ServiceLoop

    /// Starts to listen; may be called from any thread but the loop's, and blocks until the socket is bound.
    ///
    /// - Throws: `WebSocketError` of kind `listen`, naming the address.
    public static func start(
        on address: ListenAddress, loop: ServiceLoop, maximumMessageBytes: Int = 1 << 20,
        handler: sending any HTTPServerHandler
    ) throws(WebSocketError) -> HTTPServer {
        if let why = address.obstacle { throw WebSocketError(.listen, why) }
        let box = Handover(handler)
        let ready = DispatchSemaphore(value: 0)
        loop.perform {
            box.server = box.handler.flatMap {
                HTTPServer(address: address, loop: loop, maximumMessageBytes: maximumMessageBytes, handler: $0)
            }
            box.handler = nil
            ready.signal()
        }
        ready.wait()
        guard let server = box.server else {
            throw WebSocketError(.listen, "cannot listen on \(address): the address is in use or not this machine's")
        }
        return server
    }

    /// Carries the handler to the loop's thread and the server back.
    ///
    /// `@unchecked Sendable`: the semaphore in `start` orders the two threads' accesses.
    private final class Handover: @unchecked Sendable {
        var handler: (any HTTPServerHandler)?
        var server: HTTPServer?
        init(_ handler: any HTTPServerHandler) { self.handler = handler }
    }

    private init?(
        address: ListenAddress, loop: ServiceLoop, maximumMessageBytes: Int, handler: any HTTPServerHandler
    ) {
        self.loop = loop
        self.handler = handler
        self.maximumMessageBytes = maximumMessageBytes
        var info = lws_context_creation_info()
        info.options = UInt64(cwebsockets_fail_bind)
        info.vhost_name = loop.attic.string("server-\(address)")
        info.gid = -1
        info.uid = -1
        info.keepalive_timeout = 30
        info.timeout_secs = 20
        switch address {
        case .tcp(let host, let port):
            info.iface = loop.attic.string(host)
            info.port = Int32(port)
        case .unix(let path):
            info.iface = loop.attic.string(path)
            info.options |= UInt64(cwebsockets_unix_socket)
        }
        let place = ServerPlace()
        info.protocols = loop.attic.table(user: place) {
            $0.callback = serverCallback
            $0.per_session_data_size = MemoryLayout<UnsafeMutableRawPointer?>.size
        }
        guard let vhost = lws_create_vhost(loop.context, &info) else { return nil }
        switch address {
        case .tcp(let host, _): self.address = .tcp(host: host, port: Int(lws_get_vhost_listen_port(vhost)))
        case .unix(let path):
            chmod(path, 0o600)  // libwebsockets made it 0660
            self.address = address
        }
        place.server = self
    }
}

/// Where a vhost's callbacks find their server; the table of protocols keeps it alive.
final class ServerPlace {
    var server: HTTPServer?
}

extension ListenAddress {
    /// What stands in the way and can be told beforehand, since libwebsockets only says "no".
    fileprivate var obstacle: String? {
        guard case .unix(let path) = self else { return nil }
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            return "cannot listen on \(self): a file of that name is there"
        }
        return nil
    }
}
