/// The effective value of every option of a verb, and where it came from.
struct Settings: Sendable {
    /// What set a value; the first that speaks wins.
    enum Origin: Sendable, Equatable {
        case flag
        case environment(String)
        case file(String, line: Int)
        case standard

        /// For `--print-config`.
        var shown: String {
            switch self {
            case .flag: "flag"
            case .environment(let variable): "environment \(variable)"
            case .file(let path, let line): "\(path), line \(line)"
            case .standard: "default"
            }
        }
    }

    /// The texts of one option and their origin.
    struct Entry: Sendable {
        let spec: OptionSpec
        let texts: [String]
        let origin: Origin
    }

    /// All options, in the order of their declaration.
    let entries: [Entry]
    /// What the command line names beside options.
    let arguments: [String]

    /// The value of an option; `nil` if nothing sets it and it has no default.
    func value<Value>(_ option: CommandOption<Value>) -> Value? {
        entry(option.spec.name)?.texts.last.flatMap(option.kind.parse)
    }

    /// All values of an option that repeats.
    func values<Value>(_ option: CommandOption<Value>) -> [Value] {
        entry(option.spec.name)?.texts.compactMap(option.kind.parse) ?? []
    }

    /// The value of an option that has a default.
    subscript<Value>(_ option: CommandOption<Value>) -> Value {
        guard let value = value(option) else {
            fatalError("--\(option.spec.name) is read as if it had a default, or is no option of this verb")
        }
        return value
    }

    /// Whether a switch is on.
    subscript(_ option: CommandOption<Bool>) -> Bool { value(option) ?? false }

    /// The value of an option that must be given.
    func required<Value>(_ option: CommandOption<Value>) throws(UsageError) -> Value {
        guard let value = value(option) else {
            throw .missingOption(flag: "--\(option.spec.name)", accepted: option.spec.accepted)
        }
        return value
    }

    /// Where a value came from.
    func origin<Value>(_ option: CommandOption<Value>) -> Origin {
        entry(option.spec.name)?.origin ?? .standard
    }

    /// Refuses two options that exclude one another.
    func refuseBoth<One, Other>(_ one: CommandOption<One>, _ other: CommandOption<Other>) throws(UsageError) {
        if origin(one) != .standard, origin(other) != .standard {
            throw .conflict("--\(one.spec.name)", "--\(other.spec.name)")
        }
    }

    private func entry(_ name: String) -> Entry? { entries.first { $0.spec.name == name } }
}
