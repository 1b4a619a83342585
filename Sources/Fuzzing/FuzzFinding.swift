import Foundation

/// A promise that an input breaks: what a fuzzer stops for, and what a regression test fails with.
public struct FuzzFinding: Error, Sendable, CustomStringConvertible {
    /// What was promised and what came instead.
    public let description: String

    init(_ description: String) { self.description = description }

    /// Ends a fuzzer as libFuzzer wants it, which then keeps the input.
    public func stop() -> Never {
        print("FINDING: \(self)")
        fflush(nil)
        abort()
    }
}

/// Throws unless a promise holds.
func promise(_ holds: Bool, _ broken: @autoclosure () -> String) throws(FuzzFinding) {
    if !holds { throw FuzzFinding(broken()) }
}
