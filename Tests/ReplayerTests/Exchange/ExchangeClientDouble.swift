import Foundation
import Synchronization
import WebSocket

/// A client made of our own WebSocket client: subscribes once it is connected, keeps what it gets.
final class ExchangeClientDouble: Sendable {
    struct Message: Sendable, Equatable, CustomStringConvertible {
        let bytes: [UInt8]
        let kind: WebSocketMessageKind
        init(_ text: String, _ kind: WebSocketMessageKind = .text) {
            bytes = Array(text.utf8)
            self.kind = kind
        }
        init(bytes: [UInt8], kind: WebSocketMessageKind) {
            self.bytes = bytes
            self.kind = kind
        }
        var description: String { "\(kind) \(String(decoding: bytes, as: UTF8.self))" }
    }

    private let listener: Listener
    private let loop: ServiceLoop
    private let box = Box()

    /// Connects; ends with ``stop()``.
    convenience init(_ address: ListenAddress, query: String = "?token=t", symbols: [String] = []) throws {
        let requests = symbols.map { String(decoding: Self.request($0), as: UTF8.self) }
        try self.init(address, query: query, sending: requests)
    }

    /// Connects and sends these messages.
    init(_ address: ListenAddress, query: String = "?token=t", sending requests: [String]) throws {
        loop = try ServiceLoop(name: "client")
        listener = Listener()
        let configuration = WebSocketClientConfiguration(url: try WebSocketURL("ws://\(address)/\(query)"))
        let (loop, box, listener) = (loop, box, listener)
        listener.opened = { [weak box] in for request in requests { box?.client?.send(Array(request.utf8)) } }
        loop.perform {
            box.client = WebSocketClient(loop: loop, configuration: configuration, handler: listener)
            box.client?.connect()
        }
    }

    deinit { loop.stop() }

    func stop() { loop.stop() }

    func send(_ text: String) {
        let box = box
        loop.perform { box.client?.send(Array(text.utf8)) }
    }

    /// Sends a protocol ping.
    func ping() {
        let box = box
        loop.perform { box.client?.ping() }
    }

    /// Protocol pongs so far.
    var pongs: Int { listener.condition.withLock { listener.pongs } }

    /// Waits for so many protocol pongs; false if the connection ends without; blocks.
    func wait(forPongs count: Int) -> Bool {
        listener.wait { $0.pongs >= count || $0.end != nil }
        return pongs >= count
    }

    func subscribe(_ symbol: String) { send(String(decoding: Self.request(symbol), as: UTF8.self)) }

    static func request(_ symbol: String) -> [UInt8] {
        Array("{\"type\":\"subscribe\",\"symbol\":\"\(symbol)\"}".utf8)
    }

    /// All messages so far.
    var messages: [Message] { listener.condition.withLock { listener.messages } }

    /// Waits for so many messages, or the end; blocks.
    func wait(for count: Int) -> [Message] {
        listener.wait { $0.messages.count >= count || $0.end != nil }
        return messages
    }

    /// Waits until a message is there; blocks.
    func wait(for text: String) -> Bool {
        let message = Message(text)
        listener.wait { $0.messages.contains(message) || $0.end != nil }
        return messages.contains(message)
    }

    /// Whether the connection did not come about; waits until that is known, or a message is there; blocks.
    var hasFailed: Bool {
        listener.wait { $0.end != nil || !$0.messages.isEmpty }
        return listener.condition.withLock { listener.end?.hasPrefix("failed") == true }
    }

    /// Waits for the end of the connection and tells how it ended; "nothing" if it does not.
    func end() -> String {
        listener.wait { $0.end != nil }
        return listener.condition.withLock { listener.end ?? "nothing" }
    }

    /// `@unchecked Sendable`: the client is made and used on the loop's thread only.
    private final class Box: @unchecked Sendable {
        var client: WebSocketClient?
    }

    /// `@unchecked Sendable`: the condition guards what changes; `opened` is set before the connection is made.
    private final class Listener: WebSocketClientHandler, @unchecked Sendable {
        let condition = NSCondition()
        var opened: () -> Void = {}
        var messages: [Message] = []
        var pongs = 0
        var end: String?

        func webSocketOpened() { opened() }
        func webSocketReceived(_ bytes: Span<UInt8>, kind: WebSocketMessageKind) {
            let message = Message(bytes: bytes.withUnsafeBufferPointer { Array($0) }, kind: kind)
            condition.withLock {
                messages.append(message)
                condition.broadcast()
            }
        }
        func webSocketReceivedTooLong(bytes: Int) {}
        func webSocketReceivedPong() {
            condition.withLock {
                pongs += 1
                condition.broadcast()
            }
        }
        func webSocketClosed(_ closure: WebSocketClosure) { finish("closed by \(closure.by)") }
        func webSocketFailed(_ error: WebSocketError) { finish("failed: \(error.kind)") }

        private func finish(_ text: String) {
            condition.withLock {
                end = text
                condition.broadcast()
            }
        }

        /// The limit only stops a hang.
        func wait(_ isThere: (Listener) -> Bool) {
            let limit = Date(timeIntervalSinceNow: 60)
            condition.withLock { while !isThere(self), condition.wait(until: limit) {} }
        }
    }
}
