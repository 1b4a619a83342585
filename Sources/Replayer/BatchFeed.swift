import Tape

/// A source's batches, decoded: on the caller's thread, or ahead of it.
final class BatchFeed {
    private let source: any TapeSource
    private var preparer: FramePreparer
    private let ahead: ReadAhead?
    private var reading: ReadingProgress?
    private var isOver = false

    /// Takes over a source.
    ///
    /// - Parameters:
    ///   - source: used by nobody else from now on.
    ///   - preparer: decodes its batches.
    ///   - readsAhead: whether to, where the source can be read ahead.
    init(_ source: any TapeSource, _ preparer: FramePreparer, readsAhead: Bool) {
        self.source = source
        self.preparer = preparer
        ahead = readsAhead && source.canReadAhead ? ReadAhead(source, preparer) : nil
    }

    deinit { ahead?.stop() }

    /// Whether to ask with ``poll()``.
    var isLive: Bool { source.isLive }

    /// How much has been read; nil where the whole is not known.
    var progress: ReadingProgress? { ahead == nil ? source.progress : reading }

    /// The next batch, nil at the end; blocks.
    func next() throws(TapeError) -> PreparedBatch? {
        guard let ahead else { return try source.next().map { preparer.prepare($0) } }
        guard !isOver else { return nil }
        let item = ahead.next()
        if let progress = item.progress { reading = progress }
        let batch = try item.batch.get()
        isOver = batch == nil
        return batch
    }

    /// What a look at a growing tape found.
    enum Polled {
        case batch(PreparedBatch)
        case nothing
        case end
    }

    /// Looks for lines without waiting.
    func poll() throws(TapeError) -> Polled {
        switch try source.poll() {
        case .batch(let batch): .batch(preparer.prepare(batch))
        case .nothing: .nothing
        case .end: .end
        }
    }
}
