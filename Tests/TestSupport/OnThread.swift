import Foundation

/// Runs blocking work on a thread of its own, so that it does not occupy the cooperative pool's few.
///
/// - Parameter body: the work.
/// - Returns: what body returns.
/// - Throws: what body throws.
public func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.stackSize = 8 << 20
        thread.start()
    }
}
