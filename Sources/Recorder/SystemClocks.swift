import Foundation

/// The machine's clocks.
enum SystemClocks {
    /// ns of the monotonic clock.
    static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Both clocks at nearly the same instant.
    ///
    /// The two are read one after the other; of a few tries the one counts that was interrupted least, so that a thread
    /// that was put to sleep in between takes no step for one.
    static func both() -> (monotonic: Int64, system: Int64) {
        var best: (width: Int64, monotonic: Int64, system: Int64) = (.max, 0, 0)
        for _ in 0..<5 {
            let before = read(CLOCK_MONOTONIC)
            let system = read(CLOCK_REALTIME)
            let after = read(CLOCK_MONOTONIC)
            if after - before < best.width { best = (after - before, before + (after - before) / 2, system) }
            if best.width < 20_000 { break }
        }
        return (best.monotonic, best.system)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
