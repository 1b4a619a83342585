#if canImport(Glibc)
    import Glibc
#endif

extension SystemFault {
    /// Whether a call failed for want of space, which may return; after a failed sync nothing is known any more.
    var isFull: Bool { (number == ENOSPC || number == EDQUOT) && !call.hasSuffix("sync") }

    /// A write that took nothing and gave no reason.
    static let noProgress = SystemFault(call: "write", number: ENOSPC)
}

extension SystemFault {
    /// Somebody else holds a lock.
    static let wouldBlock = EWOULDBLOCK
    /// The disk gave less than it said it holds.
    static let inputOutput = EIO
    /// A file of that name exists.
    static let existing = EEXIST
    /// A file of that name exists.
    var isExisting: Bool { number == EEXIST }
    /// There is no file of that name.
    static let missing = ENOENT
}
