import Synchronization

/// Counts what librdkafka has given out and not yet got back, so that tests can prove that nothing leaks.
///
/// Only what is made within ``counting(_:)`` is counted, so that tests beside it do not disturb.
package final class LiveHandles: Sendable {
    private let count = Atomic<Int>(0)
    @TaskLocal private static var present: LiveHandles?

    private init() {}

    /// Runs a body and tells how many handles made in it, on its thread, are still alive after it.
    package static func counting(_ body: () throws -> Void) rethrows -> Int {
        let counter = LiveHandles()
        try $present.withValue(counter) { try body() }
        return counter.count.load(ordering: .sequentiallyConsistent)
    }

    /// One handle; counted from its making to its end.
    struct Handle: ~Copyable {
        private let counter: LiveHandles?

        init() {
            counter = present
            counter?.count.add(1, ordering: .relaxed)
        }

        deinit { counter?.count.subtract(1, ordering: .relaxed) }
    }
}
