import CWebSockets

/// The library below.
public enum WebSocketLibrary {
    /// Version of libwebsockets, such as `4.1.6`, without what a distribution adds behind a hyphen.
    public static var version: String { String(String(cString: lws_get_library_version()).prefix { $0 != "-" }) }
}
