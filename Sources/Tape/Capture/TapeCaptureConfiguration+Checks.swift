extension TapeCaptureConfiguration {
    /// Refuses what makes no sense.
    func validate() throws(TapeError) {
        func refuse(_ name: String, _ given: String, _ accepted: String) -> TapeError {
            TapeError(.badSetting(name: name, given: given, accepted: accepted), path: "")
        }
        try TapeWriterConfiguration(level: level, memberSize: memberSize, memberTime: memberTime).validate()
        let isName = name.utf8.allSatisfy { byte in
            TapeHeader.isStreamIdentifier(String(decoding: [byte], as: UTF8.self)) || byte == UInt8(ascii: ".")
        }
        guard isName, (1...100).contains(name.utf8.count), !name.hasPrefix(".") else {
            throw refuse("name", "'\(name)'", "1 to 100 letters, digits, '-', '.', '~', '+', no '.' first")
        }
        if case .interval(let time) = sync, time < .milliseconds(1) || time > .seconds(3_600) {
            throw refuse("fsync", "\(time)", "every, never, or 1 ms to 1 h")
        }
        if let rotateSize, rotateSize < 64 << 10 {
            throw refuse("rotate size", "\(rotateSize) bytes", "64 KiB or more")
        }
        if let rotateTime, rotateTime < .seconds(1) || rotateTime > .seconds(366 * 86_400) {
            throw refuse("rotate time", "\(rotateTime)", "1 s to 366 days")
        }
        for (name, size) in [("keep size", keepSize), ("keep free", keepFree), ("min free", minimumFree)] {
            if let size, size < 0 { throw refuse(name, "\(size) bytes", "0 bytes or more") }
        }
        if let keepAge, keepAge < .seconds(1) { throw refuse("keep age", "\(keepAge)", "1 s or more") }
        guard (1 << 20...1 << 30).contains(queueBytes) else {
            throw refuse("queue", "\(queueBytes) bytes", "1 MiB to 1 GiB")
        }
    }

    /// Path of a part.
    func path(stream: String, part: Int) -> String {
        let digits = String(part)
        let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(folder)/\(name)_\(stream)_\(number)\(CaptureNaming.tapeSuffix)"
    }

    /// Where the stretch of time ends that a receive time belongs to: with a line at or behind it a part starts.
    func stretchEnd(of receive: Int64) -> Int64 {
        func end(_ length: Int64) -> Int64 {
            let (end, isBeyond) = (receive / length + 1).multipliedReportingOverflow(by: length)
            return isBeyond ? .max : end
        }
        let day = end(86_400_000_000_000)
        guard let slot = rotateTime?.wholeNanoseconds else { return day }
        return min(day, end(slot))
    }
}

extension Duration {
    /// The duration in ns, rounded down.
    var wholeNanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
