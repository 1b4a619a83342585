/// Splits the words behind the verb into options and arguments.
struct ArgumentScanner {
    /// What was found; values are still texts.
    struct Found: Sendable {
        /// Options in the order given: flag's name and text, `true` for a bare switch.
        var options: [(name: String, text: String)] = []
        /// Everything that is no option, in order.
        var arguments: [String] = []
    }

    private let specs: [OptionSpec]

    init(specs: [OptionSpec]) { self.specs = specs }

    /// Reads all words: `--name value`, `--name=value`, `-o value`, `--switch`, and arguments; after `--` only arguments.
    func scan(_ words: some Sequence<String>) throws(UsageError) -> Found {
        var found = Found()
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            if word == "--" {
                found.arguments += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                found.arguments.append(word)
                continue
            }
            let cut = word.hasPrefix("--") ? word.firstIndex(of: "=") : nil
            let flag = String(word[..<(cut ?? word.endIndex)])
            let spec = try spec(of: flag)
            var text = cut.map { String(word[word.index(after: $0)...]) }
            if text == nil { text = spec.isSwitch ? "true" : rest.popFirst() }
            guard let text else { throw .missingValue(flag: flag, accepted: spec.accepted) }
            guard spec.isFitForFlag(text) else { throw .secretAsFlag(flag: flag, variable: spec.variable) }
            guard spec.accepts(text) else { throw .badValue(name: flag, value: text, accepted: spec.accepted) }
            if !spec.repeats, !spec.isSwitch, found.options.contains(where: { $0.name == spec.name }) {
                throw .repeated(flag: flag)
            }
            found.options.append((spec.name, text))
        }
        return found
    }

    private func spec(of flag: String) throws(UsageError) -> OptionSpec {
        let name = String(flag.drop { $0 == "-" })
        let spec = specs.first { flag == "--" + $0.name || (flag.count == 2 && $0.short == flag.last) }
        guard let spec else {
            let open = specs.filter { !$0.isSecret }.map(\.name)
            throw .unknownFlag(flag, nearest: NearestName.of(name, among: open).map { "--" + $0 })
        }
        guard !spec.isSecret else { throw .secretAsFlag(flag: flag, variable: spec.variable) }
        return spec
    }
}
