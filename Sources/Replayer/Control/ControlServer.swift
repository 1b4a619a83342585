import JSONText
import WebSocket

/// Serves the controls of a replay over HTTP, on a thread of its own, to this machine only.
public final class ControlServer: Sendable {
    /// Where it listens, with the port that was taken.
    public let address: ListenAddress
    private let loop: ServiceLoop

    /// Starts to listen; blocks until it does.
    ///
    /// - Parameters:
    ///   - address: a loopback address or a Unix socket.
    ///   - target: what is controlled.
    ///   - instant: reads an RFC 3339 instant, ns since the epoch.
    /// - Throws: ``ReplayError`` for an address that others can reach, or that is in use.
    public init(
        on address: ListenAddress, target: some Controllable, instant: @escaping @Sendable (String) -> Int64?
    ) throws(ReplayError) {
        guard address.isLocal else {
            throw .badOption(
                name: "--listen", given: address.description,
                accepted: "127.0.0.1:PORT or unix:PATH: whoever reaches it can stop the replay")
        }
        do throws(WebSocketError) {
            let loop = try ServiceLoop(name: "controls", receiveBufferBytes: 16_384)
            self.loop = loop
            do throws(WebSocketError) {
                self.address = try HTTPServer.start(
                    on: address, loop: loop, maximumMessageBytes: 16_384,
                    handler: Handler(target: target, routes: ControlRoutes(on: address, instant: instant))
                ).address
            } catch {
                loop.stop()
                throw error
            }
        } catch {
            throw .webSocket(error)
        }
    }

    /// Closes all connections; not to be called on its own thread.
    public func stop() { loop.stop() }

    private final class Handler<Target: Controllable>: HTTPServerHandler {
        private let target: Target
        private let routes: ControlRoutes

        init(target: Target, routes: ControlRoutes) {
            self.target = target
            self.routes = routes
        }

        func respond(to request: HTTPRequest) -> HTTPResponse {
            routes.respond(to: request, for: target)
                ?? .json(
                    #"{"error":"GET /status /metrics; POST /pause /resume /toggle /speed /seek /step /stop"}"#,
                    status: 404)
        }
    }
}

extension ReplaySession: Controllable {
    /// The status for machines.
    public var statusJSON: JSONValue { status.json }
    /// The status for Prometheus.
    public var metrics: String { status.metrics }
}
