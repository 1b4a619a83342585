/// The flusher's thread: one flush at a time, in order, until the run is over.
struct FlushLoop: Sendable {
    let exchange: Exchange
    let flush: BatchFlush
    /// Told of what each flush wrote, and of the batches.
    let wrote: @Sendable (BatchFlush.Tally, [FlushItem]) -> Void

    func run() {
        while let items = exchange.nextGroup() {
            var tally = BatchFlush.Tally()
            do throws(PipelineError) {
                let outcomes = try flush(items, tally: &tally)
                wrote(tally, items)
                exchange.report(zip(items, outcomes).map { FlushReport(item: $0, outcome: $1) })
            } catch {
                exchange.fail(error)
                return
            }
        }
    }
}
