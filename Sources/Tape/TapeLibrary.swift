import CZlib

/// The C library below.
public enum TapeLibrary {
    /// Version of zlib, such as `1.2.13`: compressed bytes are stable within one.
    public static var version: String { String(cString: zlibVersion()) }
}
