/// How a client connects.
public struct WebSocketClientConfiguration: Sendable {
    /// Where to.
    public var url: WebSocketURL
    /// A PEM file of authorities to trust instead of the system's store.
    ///
    /// Default: the system's.
    public var caFile: String?
    /// How long name look-up, TCP, TLS and handshake may take together.
    ///
    /// Default: 20 s.
    public var handshakeTimeout: Duration = .seconds(20)
    /// Longest message in bytes; a longer one is thrown away and told.
    ///
    /// Default: 4 MiB.
    public var maximumMessageBytes = 4 << 20

    /// Connects to an address with the defaults.
    public init(url: WebSocketURL) { self.url = url }
}
