import Synchronization

/// Counts what librdkafka has given out and not yet got back, so that tests can prove that nothing leaks.
package enum LiveHandles {
    private static let count = Atomic<Int>(0)

    /// Clients, topics, queues and configurations alive in this process.
    package static var current: Int { count.load(ordering: .sequentiallyConsistent) }

    static func made() { count.add(1, ordering: .relaxed) }
    static func freed() { count.subtract(1, ordering: .relaxed) }
}
