/// All that is known of one option but its value's type: what the parser, the help and `--print-config` need.
struct OptionSpec: Sendable {
    /// The flag without its dashes, `until-end`; the environment's name follows from it.
    let name: String
    /// A one-letter form, if there is one.
    var short: Character?
    /// What stands for the value in help; empty for a switch.
    let placeholder: String
    /// What is accepted.
    let accepted: String
    /// The value when nothing sets one, as it would be written; `nil`: none.
    var defaultText: String?
    /// What it is for, in a sentence without a full stop.
    let help: String
    /// Whether `--help` shows it, and not only `--help-all`.
    var isUsual = true
    /// Whether it can be given several times.
    var repeats = false
    /// Whether it is a secret: environment and files only, shown as `***`.
    var isSecret = false
    /// Whether its value, though no secret as a whole, holds one; what to show then.
    var redact: @Sendable (String) -> String = { $0 }
    /// Whether a value may come from the command line, where every user of the machine can read it.
    var isFitForFlag: @Sendable (String) -> Bool = { _ in true }
    /// Whether a text is accepted.
    let accepts: @Sendable (String) -> Bool

    /// Whether it is a switch without a value.
    var isSwitch: Bool { placeholder.isEmpty }

    /// The name in environment and configuration files where it does not follow from the flag's: `FINNHUB_TOKEN`.
    var ownVariable: String?

    /// The name in environment and configuration files: `TAPEDECK_UNTIL_END`.
    var variable: String { ownVariable ?? OptionSpec.variable(for: name) }

    /// The environment's name of a flag.
    static func variable(for name: String) -> String {
        "TAPEDECK_" + name.uppercased().replacing("-", with: "_")
    }
}
