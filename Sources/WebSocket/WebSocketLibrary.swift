import CWebSockets

/// The library below.
public enum WebSocketLibrary {
    /// Version of libwebsockets, such as `4.1.6`; Debian adds a hyphen and its own.
    public static var version: String { String(cString: lws_get_library_version()) }
}
