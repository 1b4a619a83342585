/// Every verb there is, in the order of the help.
enum CommandTable {
    static let commands: [Command] = [
        TapeInfoCommand.command, TapeCatCommand.command, TapeCutCommand.command, TapeImportCommand.command,
        TapeVerifyCommand.command, TapeRecoverCommand.command, TapeMergeCommand.command, TapeIndexCommand.command,
        TapeDiffCommand.command, TapeCoverageCommand.command, RecordCommand.command, SimulateCommand.command,
        ExchangeCommand.command, BrokerCommand.command, ReplayCommand.command, PipelineCommand.command,
        PipelineResetCommand.command, BacktestCommand.command, DemoCommand.command, DoctorCommand.command,
    ]

    /// Every option of any verb, each name once.
    static let knownOptions: [OptionSpec] = {
        var seen: Set<String> = []
        return commands.flatMap(\.allOptions).filter { seen.insert($0.name).inserted }
    }()

    /// Finds the verb at the head of a command line.
    ///
    /// - Returns: the verb and how many words named it.
    static func find(_ words: [String]) throws(UsageError) -> (Command, Int) {
        let first = words.first ?? ""
        let second = words.dropFirst().first ?? ""
        if let command = commands.first(where: { $0.name == "\(first) \(second)" }) { return (command, 2) }
        if let command = commands.first(where: { $0.name == first }) {
            // `pipeline rest` would otherwise be a pipeline with an argument too many, which says less.
            let family = commands.map(\.name).filter { $0.hasPrefix(first + " ") }.map {
                String($0.dropFirst(first.count + 1))
            }
            if !family.isEmpty, command.argumentCount == 0...0, !second.isEmpty, !second.hasPrefix("-") {
                let nearest = NearestName.of(second, among: family).map { "\(first) \($0)" }
                throw .unknownVerb("\(first) \(second)", nearest: nearest)
            }
            return (command, 1)
        }
        let family = commands.map(\.name).filter { $0.hasPrefix(first + " ") }
        guard family.isEmpty else {
            let choices = family.map { String($0.dropFirst(first.count + 1)) }
            guard !second.isEmpty, !second.hasPrefix("-") else { throw .verbIncomplete(first, choices: choices) }
            throw .unknownVerb(
                "\(first) \(second)", nearest: NearestName.of(second, among: choices).map { "\(first) \($0)" })
        }
        let heads = commands.map { String($0.name.prefix { $0 != " " }) } + ["help"]
        throw .unknownVerb(first, nearest: NearestName.of(first, among: heads))
    }
}
