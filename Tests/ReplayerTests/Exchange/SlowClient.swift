import Foundation

/// A WebSocket client on a bare socket that reads only when it is told to.
final class SlowClient {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Connects with a small receive buffer, so that the server notices soon that nobody reads.
    init?(port: Int, symbols: [String]) {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var size: Int32 = 4096
        setsockopt(made, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var limit = timeval(tv_sec: 60, tv_usec: 0)  // only stops a hang
        setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        descriptor = made
        guard connected == 0 else { return nil }
        write(
            Array(
                ("GET /?token=t HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").utf8))
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let place = buffer.indices.first(where: { buffer[$0...].starts(with: end) }) {
                buffer.removeFirst(place + 4)
                break
            }
            guard fill() else { return nil }
        }
        for symbol in symbols {
            let text = ExchangeClientDouble.request(symbol)  // under 126 bytes; the mask is zero
            write([0x81, 0x80 | UInt8(text.count), 0, 0, 0, 0] + text)
        }
    }

    deinit { close(descriptor) }

    /// The next message; nil at the end.
    func next() -> [UInt8]? {
        while true {
            if let (message, count) = parsed() {
                buffer.removeFirst(count)
                return message
            }
            guard fill() else { return nil }
        }
    }

    private func parsed() -> ([UInt8], Int)? {
        guard buffer.count >= 2 else { return nil }
        var (length, head) = (Int(buffer[1] & 0x7F), 2)
        let extra = length == 126 ? 2 : length == 127 ? 8 : 0
        guard buffer.count >= head + extra else { return nil }
        if extra > 0 { length = buffer[head..<head + extra].reduce(0) { $0 << 8 | Int($1) } }
        head += extra
        guard buffer.count >= head + length else { return nil }
        return (Array(buffer[head..<head + length]), head + length)
    }

    private func fill() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        buffer += bytes[..<count]
        return true
    }

    private func write(_ bytes: [UInt8]) { _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
}
