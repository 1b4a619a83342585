import Tape

/// Names new streams: when they began and four hex digits that tell two of one second apart.
enum StreamName {
    /// Such as `20240809T133000Z-7f3a`.
    ///
    /// - Parameters:
    ///   - receive: when it begins, ns since the epoch.
    ///   - random: the digits.
    ///   - last: the stream before it, whose name must stay the smaller one: name order is time order.
    /// - Returns: the name.
    static func make(at receive: Int64, _ random: UInt16, after last: String? = nil) -> String {
        var seconds = receive / SessionRules.second
        while true {
            let time = TapeTime.text(seconds * SessionRules.second).prefix(19).filter { $0 != "-" && $0 != ":" }
            let digits = String(random, radix: 16)
            let name = "\(time)Z-" + String(repeating: "0", count: 4 - digits.count) + digits
            guard let last, last.wholeMatch(of: #/\d{8}T\d{6}Z-[0-9a-f]{4}/#) != nil, name <= last else { return name }
            // Begun within one second: the name may be ahead of the clock by that much.
            seconds += 1
        }
    }
}
