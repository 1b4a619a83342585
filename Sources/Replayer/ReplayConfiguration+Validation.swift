extension ReplayConfiguration {
    /// Refuses what does not go together, naming the options.
    func validate() throws(ReplayError) {
        let reads = tapes.contains("-")
        if form == .frames, symbols != nil {
            throw .badOption(name: "--symbols", given: "with --as frames", accepted: "--as trades: a frame stays whole")
        }
        guard laps >= 0 else { throw .badOption(name: "--loop", given: "\(laps)", accepted: "0 or more") }
        if (reads || follows) && laps != 1 {
            throw .badOption(
                name: "--loop", given: "\(laps)", accepted: "1 for standard input and --follow, which are read once")
        }
        if follows, tapes.count != 1 || reads {
            throw .badOption(name: "--follow", given: "\(tapes.count) tapes", accepted: "one tape that is a file")
        }
        if checkpoint != nil, reads {
            throw .badOption(name: "--checkpoint", given: "with standard input", accepted: "files, to read them again")
        }
        if checkpoint != nil, overload == .drop {
            throw .badOption(name: "--overload", given: "drop with --checkpoint", accepted: "slow or fail")
        }
        for (name, duration) in [("--max-gap", maximumGap), ("--duration", self.duration)] {
            if let duration, duration < .zero {
                throw .badOption(name: name, given: "\(duration)", accepted: "no negative duration")
            }
        }
    }
}
