import Foundation
import Synchronization

/// A WebSocket server that does nothing but send prepared frames, many with each write: whoever reads is the bottleneck.
///
/// It serves one connection after the other on a thread of its own: handshake, one message from the client, all frames,
/// a close frame.
final class Blaster: Sendable {
    let port: Int
    private let listener: Int32
    /// Frames with their WebSocket headers, sent over and over.
    private let block: [UInt8]
    /// Processor time of the thread that sends.
    private let used = Mutex(0.0)
    /// Processor time spent on sending so far, in seconds; known at the end of each block.
    var processor: Double { used.withLock { $0 } }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Listens on a free port of this machine.
    ///
    /// - Parameters:
    ///   - messages: what is sent over and over.
    ///   - count: how many frames each connection gets; a multiple of the messages' number.
    /// - Throws: `Failure` if no port can be had.
    init(messages: [[UInt8]], count: Int) throws {
        var block: [UInt8] = []
        for message in messages { Self.append(frame: message, opcode: 1, to: &block) }
        self.block = block
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 4) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw Failure(description: "no port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        let blocks = count / messages.count
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                serve(client, blocks: blocks)
                close(client)
            }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ client: Int32, blocks: Int) {
        var request = ""
        while !request.contains("\r\n\r\n") {
            guard let more = Self.read(client) else { return }
            request += String(decoding: more, as: UTF8.self)
        }
        guard let range = request.range(of: "Sec-WebSocket-Key: ", options: .caseInsensitive) else { return }
        let key = request[range.upperBound...].prefix { $0 != "\r\n" && $0 != "\r" }
        let accept = Data(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))).base64EncodedString()
        let answer =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
        guard Self.write(client, Array(answer.utf8)), Self.read(client) != nil else { return }
        for _ in 0..<blocks {
            guard Self.write(client, block) else { return }
            used.withLock { $0 = ProcessorTime.thread }
        }
        var end: [UInt8] = []
        Self.append(frame: [0x03, 0xE8], opcode: 8, to: &end)
        _ = Self.write(client, end)
        // The client's close frame: it has read everything, and waits for our end.
        _ = Self.read(client)
    }

    private static func append(frame: [UInt8], opcode: UInt8, to out: inout [UInt8]) {
        out.append(0x80 | opcode)
        if frame.count < 126 {
            out.append(UInt8(frame.count))
        } else {
            out += [126, UInt8(frame.count >> 8 & 0xFF), UInt8(frame.count & 0xFF)]
        }
        out += frame
    }

    private static func read(_ file: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(file, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    private static func write(_ file: Int32, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = send(file, buffer.baseAddress.map { $0 + done }, buffer.count - done, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}
