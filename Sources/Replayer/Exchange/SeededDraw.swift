/// Draws that depend on a seed and on what they are for, and on nothing else: neither threads nor order can change them.
///
/// The mixing function is SplitMix64's (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
struct SeededDraw: Sendable {
    private let state: UInt64

    init(seed: UInt64) { state = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15) }

    private init(state: UInt64) { self.state = state }

    /// Draws of their own for a purpose, a player or a number.
    func branch(_ number: Int64) -> SeededDraw {
        SeededDraw(state: Self.mixed(state ^ (UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15 &+ 1)))
    }

    /// Whether the draw with a number hits a probability.
    func hits(_ probability: Double, at number: Int64) -> Bool {
        // 53 bits, as many as a double in 0..<1 has.
        Double(branch(number).state >> 11) < probability * 0x1p53
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
