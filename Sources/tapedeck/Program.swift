import Diagnostics
import Foundation
import JSONText
import Mongo

/// The command line's entry: finds the verb, resolves its settings, runs it, exits.
@main
struct Program {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        SignalRelay.shared.start()
        MongoPool.forgetSharedCounters()
        exit(run(words, environment: ProcessInfo.processInfo.environment, output: StandardOutput()))
    }

    /// Runs a command line.
    ///
    /// - Returns: the exit status.
    static func run(_ words: [String], environment: [String: String], output: StandardOutput) -> Int32 {
        var verb = ""
        do {
            guard let first = words.first else {
                Terminal.write(HelpText.overview(CommandTable.commands))
                return ExitCode.usage.status
            }
            if try answered(first, Array(words.dropFirst()), output: output) { return ExitCode.done.status }
            let (command, count) = try CommandTable.find(words)
            verb = command.name
            let code = try run(command, Array(words.dropFirst(count)), environment: environment, output: output)
            try output.flush()
            return code.status
        } catch is StandardOutput.ReaderGone {
            // `tapedeck tape cat X | head` has what it wanted.
            return SignalRelay.shared.received.map { ExitCode.interrupted(signal: $0).status } ?? ExitCode.done.status
        } catch {
            // What was printed before the failure is still a result; a second failure would only hide the first.
            try? output.flush()
            let line = Redaction.urls(in: "\(error)").split(whereSeparator: \.isNewline).joined(separator: " ")
            Terminal.write("tapedeck\(verb.isEmpty ? "" : " " + verb): \(line)\n")
            return ExitCode(for: error).status
        }
    }

    /// Answers what is no verb: help and version.
    private static func answered(_ first: String, _ rest: [String], output: StandardOutput) throws -> Bool {
        switch first {
        case "--help", "-h", "--help-all":
            try output.text(HelpText.overview(CommandTable.commands))
        case "help":
            let words = rest.filter { !$0.hasPrefix("-") }
            let text =
                words.isEmpty
                ? HelpText.overview(CommandTable.commands)
                : HelpText.of(try CommandTable.find(words).0, all: rest.contains("--help-all"))
            try output.text(text)
        case "--version":
            for line in Versions.lines { try output.line(line) }
        default: return false
        }
        try output.flush()
        return true
    }

    private static func run(
        _ command: Command, _ words: [String], environment: [String: String], output: StandardOutput
    ) throws -> ExitCode {
        // Help comes before every refusal: whoever asks for it may not know yet what is accepted.
        let flags = words.prefix { $0 != "--" }
        if flags.contains("--help-all") || flags.contains("--help") || flags.contains("-h") {
            try output.text(HelpText.of(command, all: flags.contains("--help-all")))
            return .done
        }
        let settings = try self.settings(of: command, words, environment: environment)
        if settings[CommonOptions.printConfig] {
            try ConfigurationPrinter.print(settings, to: output)
            return .done
        }
        guard command.argumentCount.contains(settings.arguments.count) else {
            throw UsageError.wrongArguments(expected: command.argumentsAccepted, found: settings.arguments)
        }
        return try command.run(context(of: command, settings, output: output))
    }

    private static func settings(
        of command: Command, _ words: [String], environment: [String: String]
    ) throws(UsageError) -> Settings {
        let found = try ArgumentScanner(specs: command.allOptions).scan(words)
        let resolver = SettingsResolver(
            specs: command.allOptions, known: CommandTable.knownOptions, environment: environment)
        // Where the file is cannot stand in the file.
        let path = try resolver.resolve(found, configurationFile: nil).value(CommonOptions.config)
        let settings = try resolver.resolve(found, configurationFile: path)
        try settings.refuseBoth(CommonOptions.quiet, CommonOptions.verbose)
        return settings
    }

    private static func context(of command: Command, _ settings: Settings, output: StandardOutput) -> CommandContext {
        let quiet = settings[CommonOptions.quiet]
        let level: LogLevel = quiet ? .error : settings[CommonOptions.verbose] ? .debug : .info
        let progress = ProgressLine(isEnabled: Terminal.isInteractive && !quiet && !settings[CommonOptions.json])
        let form: ConsoleLog.Form = command.isService && !Terminal.isInteractive ? .json : .human
        return CommandContext(
            settings: settings, output: output, log: ConsoleLog.make(level: level, form: form, progress: progress),
            progress: progress, signals: .shared)
    }
}
