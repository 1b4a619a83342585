import Synchronization

/// Claims several partitions at once, on threads of their own; blocks until all have ended.
enum ParallelClaims {
    private static let threads = 16

    /// What the threads share: which partition is next, and what became of each.
    private final class Board: Sendable {
        let next = Atomic<Int>(0)
        let results: Mutex<[Int: Result<PartitionClaim.Outcome, PipelineError>]> = Mutex([:])
    }

    static func run(
        _ tags: [ClaimTag], again: [Int32: Int64], _ claim: PartitionClaim
    ) -> [Result<PartitionClaim.Outcome, PipelineError>] {
        let board = Board()
        let work: @Sendable () -> Void = {
            while case let index = board.next.add(1, ordering: .relaxed).oldValue, index < tags.count {
                let result: Result<PartitionClaim.Outcome, PipelineError>
                do throws(PipelineError) {
                    result = .success(try claim(tags[index], again: again[tags[index].partition]))
                } catch {
                    result = .failure(error)
                }
                board.results.withLock { $0[index] = result }
            }
        }
        if tags.count > 1 {
            let workers = (0..<min(threads, tags.count)).map { WorkerThread("claim \($0)", work) }
            for worker in workers { while !worker.join(within: .seconds(3_600)) {} }
        } else {
            work()
        }
        let results = board.results.withLock { $0 }
        return tags.indices.map { results[$0] ?? .success(.late("not claimed")) }
    }
}
