import Foundation
import Testing
import WebSocket

@Suite struct WebSocketClientTests {
    /// A loop with an echo server, and one with a client of it.
    private struct Peers {
        let serving: ServiceLoop
        let loop: ServiceLoop
        let port: Int
        init() throws {
            serving = try ServiceLoop(name: "server")
            loop = try ServiceLoop(name: "client")
            let server = try HTTPServer.start(
                on: .tcp(host: "127.0.0.1", port: 0), loop: serving, handler: EchoHandler())
            guard case .tcp(_, let port) = server.address else { throw WebSocketError(.listen, "no port") }
            self.port = port
        }
        func stop() {
            loop.stop()
            serving.stop()
        }
        func connect(_ events: ClientEvents, query: String = "token=right", limit: Int = 4 << 20) throws -> ClientBox {
            let box = ClientBox()
            var configuration = WebSocketClientConfiguration(url: try WebSocketURL("ws://127.0.0.1:\(port)/?\(query)"))
            configuration.maximumMessageBytes = limit
            let (loop, chosen) = (loop, configuration)
            loop.perform {
                box.client = WebSocketClient(loop: loop, configuration: chosen, handler: events)
                box.client?.connect()
            }
            return box
        }
        func send(_ text: String, _ box: ClientBox) { loop.perform { box.client?.send(Array(text.utf8)) } }
    }

    /// `@unchecked Sendable`: the client is made and used on the loop's thread only.
    private final class ClientBox: @unchecked Sendable {
        var client: WebSocketClient?
    }

    @Test func messagesGoThereAndBack() throws {
        let peers = try Peers()
        defer { peers.stop() }
        let events = ClientEvents()
        let box = try peers.connect(events)
        #expect(events.next() == "opened")
        peers.send("hello", box)
        #expect(events.next() == "text hello")
        let long = String(repeating: "0123456789", count: 60_000)
        peers.send(long, box)
        #expect(events.next() == "text \(long)")
        peers.loop.perform { box.client?.ping() }
        #expect(events.next() == "pong")
        peers.send("bye", box)
        #expect(events.next() == "closed by server 4001 as you wish")
    }

    @Test func aBurstArrivesWholeAndInOrder() throws {
        let peers = try Peers()
        defer { peers.stop() }
        let events = ClientEvents(keepsMessages: true)
        let box = try peers.connect(events)
        #expect(events.next() == "opened")
        peers.send("flood", box)
        peers.send("bye", box)
        #expect(events.next() == "closed by server 4001 as you wish")
        let expected = (0..<100_000).map { Array("\($0)".utf8) }
        #expect(events.received.withLock { $0 } == expected)
    }

    @Test(arguments: [("token=wrong", 401), ("", 401), ("token=busy", 429)])
    func aRefusedHandshakeNamesTheStatusAndNoQuery(query: String, status: Int) throws {
        let peers = try Peers()
        defer { peers.stop() }
        let events = ClientEvents()
        _ = try peers.connect(events, query: query)
        let event = events.next()
        #expect(event.hasPrefix("failed status(\(status)):"))
        #expect(!event.contains("token"))
    }

    @Test func aDroppedSocketIsTheNetworks() throws {
        let peers = try Peers()
        defer { peers.stop() }
        let events = ClientEvents()
        let box = try peers.connect(events)
        #expect(events.next() == "opened")
        peers.send("drop", box)
        #expect(events.next() == "closed by network - ")
    }

    @Test func aMessageOverTheLimitIsToldAndTheNextOneArrives() throws {
        let peers = try Peers()
        defer { peers.stop() }
        let events = ClientEvents()
        let box = try peers.connect(events, limit: 1000)
        #expect(events.next() == "opened")
        peers.send(String(repeating: "x", count: 200_001), box)
        #expect(events.next() == "too long 200001")
        peers.send("short", box)
        #expect(events.next() == "text short")
    }

    @Test func whereNobodyListensItFails() throws {
        let peers = try Peers()
        let port = peers.port
        peers.serving.stop()
        defer { peers.loop.stop() }
        let events = ClientEvents()
        _ = try peers.connect(events)
        #expect(events.next().hasPrefix("failed network: cannot connect to ws://127.0.0.1:\(port)/"))
    }

    @Test func ourCloseIsOurs() throws {
        let peers = try Peers()
        defer { peers.stop() }
        let events = ClientEvents()
        let box = try peers.connect(events)
        #expect(events.next() == "opened")
        peers.loop.perform { box.client?.close(code: 1000, reason: "done") }
        #expect(events.next() == "closed by client 1000 done")
    }
}
