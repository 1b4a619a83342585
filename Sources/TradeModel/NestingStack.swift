/// Which of the open brackets are braces: one bit each, so that depth costs no recursion.
struct NestingStack {
    private var current: UInt64 = 0
    private var full: [UInt64] = []
    private(set) var count = 0

    /// Whether the innermost open bracket is an object's, `nil` if none is open.
    @inline(__always)
    var top: Bool? { count == 0 ? nil : current & 1 == 1 }

    mutating func push(_ isObject: Bool) {
        if count > 0 && count & 63 == 0 {
            full.append(current)
            current = 0
        }
        current = current << 1 | (isObject ? 1 : 0)
        count += 1
    }

    mutating func pop() {
        current >>= 1
        count -= 1
        if count > 0 && count & 63 == 0, let last = full.popLast() { current = last }
    }
}
