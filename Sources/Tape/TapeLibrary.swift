import CDeflate
import CZlib

/// The C libraries below.
public enum TapeLibrary {
    /// Version of libdeflate with which this binary was built, such as `1.14`: compressed bytes are stable within one.
    public static var deflateVersion: String { LIBDEFLATE_VERSION_STRING }
    /// Version of zlib, such as `1.2.13`; it reads what is no tape, or no whole member.
    public static var zlibVersion: String { String(cString: CZlib.zlibVersion()) }
}
