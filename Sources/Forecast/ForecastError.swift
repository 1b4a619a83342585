/// What `Forecast` refuses: a configuration that makes no sense, or stored state that is not one of ours.
public enum ForecastError: Error, Equatable, Sendable {
    /// An option is out of its range.
    case badOption(option: String, value: String, accepted: String)
    /// Stored state cannot be decoded: what part, at which byte, why.
    case badState(part: String, offset: Int, detail: String)
}

extension ForecastError: CustomStringConvertible {
    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .badOption(let option, let value, let accepted):
            "\(option) \(value): not accepted; give \(accepted)"
        case .badState(let part, let offset, let detail):
            "stored forecast state, \(part), byte \(offset): \(detail); "
                + "it was written by another version or is damaged: reset the group, or start a new one"
        }
    }
}
