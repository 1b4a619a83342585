import Foundation

/// Turns host names into addresses on a thread of its own: the resolver blocks, for seconds when a name server is away.
enum HostResolver {
    /// What a look-up gives: numeric addresses in the system's order of preference, or why there are none.
    enum Outcome: Sendable {
        case addresses([String])
        case failure(String)
    }

    /// Whether a host is an address that needs no look-up.
    static func isNumeric(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }

    /// Looks a name up; `completion` is called on the look-up's thread.
    static func resolve(_ host: String, _ completion: @escaping @Sendable (Outcome) -> Void) {
        let thread = Thread { completion(lookUp(host)) }
        thread.name = "resolver"
        thread.stackSize = 1 << 19
        thread.start()
    }

    private static func lookUp(_ host: String) -> Outcome {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .failure(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var entry = list
        while let info = entry {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                info.pointee.ai_addr, info.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
                == 0
            {
                let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            entry = info.pointee.ai_next
        }
        return addresses.isEmpty ? .failure("no address") : .addresses(addresses)
    }
}
