/// Turns keys of a terminal into commands.
///
/// Arrows come as `ESC [ A` to `ESC [ D`; a bare `[` is a key of its own, so the escape before it is remembered.
public struct KeyDecoder: Sendable {
    private enum State {
        case plain
        case escape
        case sequence
    }

    private var state = State.plain

    /// Makes a decoder.
    public init() {}

    /// What the keys do, for a status line.
    public static let help = "space pause, → step, ↑↓ speed, [ ] seek, q end"

    /// Takes one byte.
    ///
    /// - Returns: the command that is complete with it.
    public mutating func take(_ byte: UInt8) -> ReplayControl? {
        switch state {
        case .plain:
            if byte == 0x1B {
                state = .escape
                return nil
            }
            return Self.plain(byte)
        case .escape:
            state = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .sequence : .plain
            return state == .plain ? Self.plain(byte) : nil
        case .sequence:
            // Parameters, as of Shift and an arrow, come before the final byte.
            guard (0x40...0x7E).contains(byte) else { return nil }
            state = .plain
            switch byte {
            case UInt8(ascii: "A"): return .faster
            case UInt8(ascii: "B"): return .slower
            case UInt8(ascii: "C"): return .step(1)
            default: return nil
            }
        }
    }

    private static func plain(_ byte: UInt8) -> ReplayControl? {
        switch byte {
        case UInt8(ascii: " "): .toggle
        case UInt8(ascii: "["): .seek(.distance(-10_000_000_000))
        case UInt8(ascii: "]"): .seek(.distance(10_000_000_000))
        case UInt8(ascii: "q"): .stop
        default: nil
        }
    }
}
