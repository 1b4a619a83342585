/// How tapes are read.
public struct TapeReaderConfiguration: Sendable, Equatable {
    /// Which lines are wanted.
    ///
    /// Default: all.
    public var window: TapeWindow
    /// Threads that inflate, 1 to 64; nil: one per processor.
    ///
    /// Default: nil.
    public var workers: Int?
    /// Bytes held by members that are read ahead, 64 KiB to 1 GiB; one member is always held.
    ///
    /// Default: 32 MiB.
    public var windowBytes: Int
    /// Leave out and count bad lines of files that are no tapes.
    ///
    /// Default: false.
    public var skipsBadLines: Bool
    /// Stream id of files that name none.
    ///
    /// Default: nil, `import-` and a hash of their first MiB.
    public var stream: String?

    /// Bytes between the bounds of a search at which hopping takes over; tests set it to 0.
    var hopDistance: Int64 = 1 << 20

    /// Makes a configuration.
    public init(
        window: TapeWindow = .everything, workers: Int? = nil, windowBytes: Int = 32 << 20, skipsBadLines: Bool = false,
        stream: String? = nil
    ) {
        self.window = window
        self.workers = workers
        self.windowBytes = windowBytes
        self.skipsBadLines = skipsBadLines
        self.stream = stream
    }

    func validate() throws(TapeError) {
        try checkWorkers(workers)
        guard (64 << 10...1 << 30).contains(windowBytes) else {
            throw TapeError(
                .badSetting(name: "window", given: "\(windowBytes) bytes", accepted: "64 KiB to 1 GiB"), path: "")
        }
        if let stream, !TapeHeader.isStreamIdentifier(stream) {
            throw TapeError(
                .badSetting(name: "stream", given: "'\(stream)'", accepted: "1 to 64 letters, digits, '-', '~', '+'"),
                path: "")
        }
    }
}

/// Refuses a number of threads that makes no sense.
func checkWorkers(_ workers: Int?) throws(TapeError) {
    if let workers, !(1...64).contains(workers) {
        throw TapeError(.badSetting(name: "workers", given: "\(workers)", accepted: "1 to 64"), path: "")
    }
}
