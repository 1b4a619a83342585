import WebSocket

/// Refuses commands that a web page made a browser on this machine send.
///
/// A page of any site can post to a loopback address: the browser then names the page's site as `Origin`. A site whose
/// name it lets point to this machine (DNS rebinding) is its own origin, but its name stands in `Host`. Programs such as
/// curl send no `Origin`, and the address as `Host`. No browser reaches a Unix socket, and there `Host` means nothing.
struct CrossSiteGuard {
    private let checksHost: Bool

    /// Guards what listens on an address.
    init(_ address: ListenAddress) {
        checksHost = if case .tcp = address { true } else { false }
    }

    /// Why a request may not change anything; nil: it may.
    func objection(to request: HTTPRequest) -> String? {
        if checksHost, let host = request.host, !Self.isLoopback(Self.name(of: host)) {
            return "commands are taken under a loopback address only, not as '\(host)': use 127.0.0.1"
        }
        if let origin = request.origin, origin.lowercased() != "http://\((request.host ?? "").lowercased())" {
            return "commands are not taken from the web page of '\(origin)': send them from a program of this machine"
        }
        return nil
    }

    /// A host without its port.
    private static func name(of host: String) -> Substring {
        guard let colon = host.lastIndex(of: ":"), host.last != "]" else { return host[...] }
        return host[..<colon]
    }

    private static func isLoopback(_ name: Substring) -> Bool {
        if name.lowercased() == "localhost" || name == "[::1]" { return true }
        // 127.evil.example is a name, no address.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
