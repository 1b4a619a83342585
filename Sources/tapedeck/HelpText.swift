import Foundation

/// The wording of `--help`, from the same declarations that the parser reads.
enum HelpText {
    private static let width = 100

    /// What the program is and which verbs there are.
    static func overview(_ commands: [Command]) -> String {
        var text = "tapedeck: replay and forecast trades, and say how good the forecasts were\n\n"
        text += "Usage: tapedeck VERB [OPTIONS] [ARGUMENTS]\n\nVerbs:\n"
        let rows = commands.map { ($0.name, $0.summary) } + [("help", "explain a verb: tapedeck help VERB")]
        text += table(rows)
        text += "\nExit codes:\n" + table(ExitCode.legend.map { ($0.code, $0.meaning) })
        text +=
            "\nSettings: flag over environment (TAPEDECK_ and the flag's name, or the same with _FILE) over --config FILE.\n"
        text +=
            "'tapedeck VERB --help' explains the usual options, --help-all every one; --version names the libraries.\n"
        return text
    }

    /// What one verb does and takes.
    static func of(_ command: Command, all: Bool) -> String {
        var text = "tapedeck \(command.name): \(command.summary)\n\n"
        let arguments = command.argumentUsage.isEmpty ? "" : " \(command.argumentUsage)"
        text += "Usage: tapedeck \(command.name) [OPTIONS]\(arguments)\n"
        for note in command.notes { text += "\n" + wrapped(note, indent: "") }
        let own = command.options.filter { (all || $0.isUsual) && !$0.isSecret }
        if !own.isEmpty { text += "\nOptions:\n" + table(own.map { (flag($0), explanation($0)) }) }
        let secrets = command.options.filter(\.isSecret)
        if !secrets.isEmpty {
            text += "\nSecrets, from environment or file only:\n"
            text += table(secrets.map { ("\($0.variable), \($0.variable)_FILE", explanation($0)) })
        }
        text += "\nOptions of every verb:\n" + table(CommonOptions.specs.map { (flag($0), explanation($0)) })
        if all {
            text +=
                "\nEnvironment: each option is also TAPEDECK_ and its name in capitals (--until-end: TAPEDECK_UNTIL_END).\n"
            text += table(WellKnownVariables.all.map { ($0.name, $0.use) })
        } else if command.options.contains(where: { !$0.isUsual && !$0.isSecret }) {
            text += "\n--help-all explains the rest.\n"
        }
        if !command.examples.isEmpty {
            text += "\nExamples:\n" + command.examples.map { "  \($0)\n" }.joined()
        }
        return text
    }

    private static func flag(_ spec: OptionSpec) -> String {
        let short = spec.short.map { "-\($0), " } ?? ""
        return "\(short)--\(spec.name)" + (spec.isSwitch ? "" : " \(spec.placeholder)")
    }

    private static func explanation(_ spec: OptionSpec) -> String {
        var text = spec.help
        if !spec.isSwitch, spec.placeholder != "FILE" { text += "; takes \(spec.accepted)" }
        if spec.repeats { text += "; can be repeated" }
        if let value = spec.defaultText { text += " (default: \(value))" }
        return text
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let indent = String(repeating: " ", count: 30)
        return rows.map { name, text in
            let head = "  " + name
            let body = wrapped(text, indent: indent)
            guard head.count < indent.count - 1 else { return head + "\n" + body }
            return head + body.dropFirst(head.count)
        }.joined()
    }

    /// Breaks a text into lines between words.
    private static func wrapped(_ text: String, indent: String) -> String {
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > width, line.count > indent.count {
                lines.append(line)
                line = indent
            }
            line += (line.count > indent.count ? " " : "") + word
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }
}
