import CJemalloc

/// The allocator of every program that links this module: jemalloc takes the place of glibc's malloc.
///
/// librdkafka makes four small objects for a message and frees them when it is acknowledged, up to 100,000 messages
/// later. glibc writes its lists into the freed memory itself, and looks at the neighbours to join them: each of that is
/// memory that is in no cache any more. jemalloc keeps its lists elsewhere: `replay --speed max` takes an eighth less
/// processor time.
///
/// A sanitizer of addresses wants malloc for itself: such a build must leave `CJemalloc` out and this type empty.
public enum Heap {
    /// Version of jemalloc, such as `5.3.0`.
    public static var version: String {
        var text: UnsafePointer<CChar>?
        var size = MemoryLayout.size(ofValue: text)
        guard mallctl("version", &text, &size, nil, 0) == 0, let text else { return "unknown" }
        return String(String(cString: text).prefix { $0 != "-" })
    }

    /// Whether malloc is jemalloc's here: another one that is preloaded comes before it.
    public static var isInUse: Bool {
        // What the calling thread has had from it so far; there is none that has had nothing.
        var bytes: UInt64 = 0
        var size = MemoryLayout.size(ofValue: bytes)
        return mallctl("thread.allocated", &bytes, &size, nil, 0) == 0 && bytes > 0
    }
}
