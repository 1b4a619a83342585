/// How a tape is written.
public struct TapeWriterConfiguration: Sendable, Equatable {
    /// Compression of deflate, 1 (quick) to 9 (small).
    ///
    /// Default: 6.
    public var level: Int
    /// A member closes before a line that would take its text over this, 1 KiB to 4 MiB.
    ///
    /// Default: 256 KiB.
    public var memberSize: Int
    /// A member closes before a line received this long or longer after its first, 1 ms to 1 day.
    ///
    /// Default: 60 s.
    public var memberTime: Duration
    /// Threads that compress, 1 to 64; nil: one per processor.
    ///
    /// Bytes do not depend on it. Default: nil.
    public var workers: Int?
    /// Replace a file of that name.
    ///
    /// Default: false, it is refused.
    public var overwrites: Bool

    /// Makes a configuration.
    public init(
        level: Int = 6, memberSize: Int = 256 << 10, memberTime: Duration = .seconds(60), workers: Int? = nil,
        overwrites: Bool = false
    ) {
        self.level = level
        self.memberSize = memberSize
        self.memberTime = memberTime
        self.workers = workers
        self.overwrites = overwrites
    }

    func validate() throws(TapeError) {
        try checkWorkers(workers)
        guard (1...9).contains(level) else {
            throw TapeError(.badSetting(name: "level", given: "\(level)", accepted: "1 to 9"), path: "")
        }
        guard (1 << 10...4 << 20).contains(memberSize) else {
            throw TapeError(
                .badSetting(name: "member size", given: "\(memberSize) bytes", accepted: "1 KiB to 4 MiB"), path: "")
        }
        guard memberTime >= .milliseconds(1), memberTime <= .seconds(86_400) else {
            throw TapeError(
                .badSetting(name: "member time", given: "\(memberTime)", accepted: "1 ms to 1 day"), path: "")
        }
    }

    /// ``memberTime`` in ns.
    var memberNanoseconds: Int64 {
        memberTime.components.seconds * 1_000_000_000 + memberTime.components.attoseconds / 1_000_000_000
    }
}
