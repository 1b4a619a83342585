import CRDKafka
import Foundation

/// A numeric IPv4 address with a port.
struct SocketAddress: Sendable {
    private let text: String
    private let host: in_addr
    private let port: UInt16

    /// Parses `ADDRESS:PORT`; `localhost` is 127.0.0.1.
    init(_ text: String) throws(KafkaError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var host = in_addr()
        guard parts.count == 2, let port = UInt16(parts[1]),
            inet_pton(AF_INET, parts[0] == "localhost" ? "127.0.0.1" : String(parts[0]), &host) == 1
        else { throw .usage("address \(text) is not ADDRESS:PORT with a numeric IPv4 address") }
        self.text = text
        self.host = host
        self.port = port
    }

    /// Listens here; returns the socket and the address with the port that was given.
    func listen() throws(KafkaError) -> (socket: Int32, bound: String) {
        let socket = makeSocket()
        guard socket >= 0 else { throw Self.failure("listening on \(text)", errno) }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard withRaw({ bind(socket, $0, $1) }) == 0, Foundation.listen(socket, 64) == 0 else {
            let error = Self.failure("listening on \(text)", errno)
            close(socket)
            throw error
        }
        var bound = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &bound) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &size) }
        }
        let name = text.split(separator: ":").first.map(String.init) ?? text
        return (socket, "\(name):\(UInt16(bigEndian: bound.sin_port))")
    }

    /// Starts to connect; nil if that fails at once.
    func connect() -> Int32? {
        let socket = makeSocket()
        guard socket >= 0 else { return nil }
        if withRaw({ Foundation.connect(socket, $0, $1) }) == 0 || errno == EINPROGRESS { return socket }
        close(socket)
        return nil
    }

    private func makeSocket() -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return socket(AF_INET, kind, 0)
    }

    private func withRaw<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = host
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Neither blocks nor is inherited by a child process.
    static func makeNonblocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    static func failure(_ what: String, _ code: Int32) -> KafkaError {
        let remedy = code == EADDRINUSE ? "; choose another with --listen, port 0 takes a free one" : ""
        return KafkaError(RD_KAFKA_RESP_ERR__FAIL, "\(what): \(String(cString: strerror(code)))\(remedy)")
    }
}
