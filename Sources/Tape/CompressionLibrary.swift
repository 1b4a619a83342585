import CZlib

/// The library that compresses members.
public enum CompressionLibrary {
    /// Version of zlib, such as `1.2.13`.
    public static var version: String { String(cString: zlibVersion()) }
}
