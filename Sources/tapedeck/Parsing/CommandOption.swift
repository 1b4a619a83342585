/// An option with its value's type: the key to ``Settings``.
struct CommandOption<Value: Sendable>: Sendable {
    /// What is known of it beside the type.
    var spec: OptionSpec
    /// How its text becomes a value.
    let kind: ValueKind<Value>

    /// Declares an option.
    ///
    /// `defaultText` is the value when none is given, as it would be written; `usual`: whether `--help` shows it.
    init(
        _ name: String, short: Character? = nil, _ kind: ValueKind<Value>, default defaultText: String? = nil,
        usual: Bool = true, repeats: Bool = false, help: String
    ) {
        self.kind = kind
        let parse = kind.parse
        spec = OptionSpec(
            name: name, short: short, placeholder: kind.placeholder, accepted: kind.accepted, defaultText: defaultText,
            help: help, isUsual: usual, repeats: repeats, accepts: { parse($0) != nil })
    }

    /// The same option as a secret: no flag, shown as `***`.
    func secret() -> Self {
        var copy = self
        copy.spec.isSecret = true
        copy.spec.redact = { _ in "***" }
        return copy
    }

    /// The same option under another name in environment and configuration files.
    func known(as variable: String) -> Self {
        var copy = self
        copy.spec.ownVariable = variable
        return copy
    }

    /// The same option with part of its values hidden and unfit for a flag.
    func hiding(
        _ redact: @escaping @Sendable (String) -> String, unfitForFlag: @escaping @Sendable (String) -> Bool
    ) -> Self {
        var copy = self
        copy.spec.redact = redact
        copy.spec.isFitForFlag = { !unfitForFlag($0) }
        return copy
    }
}

extension CommandOption where Value == Bool {
    /// Declares a switch, off by default.
    init(switch name: String, short: Character? = nil, usual: Bool = true, help: String) {
        self.init(name, short: short, .flag, usual: usual, help: help)
    }
}
