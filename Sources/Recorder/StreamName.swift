import Tape

/// Names new streams: when they began and four hex digits that tell two of one second apart.
enum StreamName {
    /// Such as `20240809T133000Z-7f3a`.
    static func make(at receive: Int64, _ random: UInt16) -> String {
        let time = TapeTime.text(receive).prefix(19).filter { $0 != "-" && $0 != ":" }
        let digits = String(random, radix: 16)
        return "\(time)Z-" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
