import Foundation

/// Ports on 127.0.0.1.
enum LoopbackPort {
    /// A port that was free a moment ago.
    ///
    /// Someone else may take it before the server binds it: start again with another one then.
    static func free() throws(SandboxError) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { if descriptor >= 0 { close(descriptor) } }
        var address = loopback(0)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isNamed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        guard descriptor >= 0, isBound, isNamed else {
            throw SandboxError(
                "cannot find a free port on 127.0.0.1: \(String(cString: strerror(errno)))",
                remedy: "check that the loopback interface is up (ip link set lo up)")
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Sends bytes to a port and reads an answer.
    ///
    /// - Parameters:
    ///   - port: where.
    ///   - bytes: what to send; empty just connects.
    ///   - count: how many bytes to read at least.
    /// - Returns: what came, nil if nobody listens or the answer takes more than a second.
    static func exchange(_ port: Int, _ bytes: [UInt8] = [], expecting count: Int = 0) -> [UInt8]? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = loopback(UInt16(clamping: port))
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return nil }
        guard bytes.isEmpty || send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            return nil
        }
        var answer = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let part = answer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress?.advanced(by: got), count - got, 0)
            }
            guard part > 0 else { return nil }
            got += part
        }
        return answer
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
