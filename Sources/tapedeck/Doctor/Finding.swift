import JSONText

/// What the doctor found of one thing.
struct Finding: Sendable, Equatable {
    /// How it is.
    enum State: String, Sendable {
        /// As it should be.
        case good = "ok"
        /// Works, and someone should look.
        case doubtful = "warn"
        /// Will not work.
        case bad = "FAIL"
    }

    let state: State
    /// What was looked at.
    let name: String
    /// What there is.
    let text: String
    /// What to do; empty where nothing is.
    let remedy: String

    init(_ state: State, _ name: String, _ text: String, remedy: String = "") {
        self.state = state
        self.name = name
        self.text = text
        self.remedy = remedy
    }

    /// For eyes.
    var line: String {
        let padding = String(repeating: " ", count: max(1, 14 - name.count))
        return "\(state.rawValue.padded(5))\(name)\(padding)\(text)" + (remedy.isEmpty ? "" : ": \(remedy)")
    }

    /// For programs.
    var json: JSONValue {
        .object([
            "state": .string(state.rawValue.lowercased()), "name": .string(name), "text": .string(text),
            "remedy": .string(remedy),
        ])
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
