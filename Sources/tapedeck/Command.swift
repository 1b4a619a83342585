/// One verb: what it takes, how it explains itself, what it does.
struct Command: Sendable {
    /// Words that call it, such as `tape info`.
    let name: String
    /// What it does, in one line.
    let summary: String
    /// How arguments are shown behind the name: `TAPE...`; empty for none.
    var argumentUsage = ""
    /// How many arguments it takes.
    var argumentCount = 0...0
    /// What it takes, for the refusal: "one or more tapes".
    var argumentsAccepted = "none"
    /// More to know, a paragraph each.
    var notes: [String] = []
    /// Complete calls, for the help.
    var examples: [String] = []
    /// Its own options, usual ones first.
    let options: [OptionSpec]
    /// Whether it runs until it is told to stop, and so logs in JSON when no one looks.
    var isService = false
    /// Does the work and says how it ended.
    let run: @Sendable (CommandContext) throws -> ExitCode

    /// Its own options and those of all verbs.
    var allOptions: [OptionSpec] { options + CommonOptions.specs }
}

/// Options of every verb.
enum CommonOptions {
    static let json = CommandOption(switch: "json", help: "print results as JSON")
    static let quiet = CommandOption(switch: "quiet", short: "q", help: "say errors only, show no progress")
    static let verbose = CommandOption(switch: "verbose", short: "v", help: "say more")
    static let config = CommandOption("config", .path, help: "read settings from KEY=VALUE lines")
    static let printConfig = CommandOption(
        switch: "print-config", help: "print each effective setting and where it came from, then end")
    static let help = CommandOption(switch: "help", short: "h", help: "explain the usual options")
    static let helpAll = CommandOption(switch: "help-all", help: "explain every option")

    static let specs = [json.spec, quiet.spec, verbose.spec, config.spec, printConfig.spec, help.spec, helpAll.spec]
}
