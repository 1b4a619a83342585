/// A command line, environment or configuration file that asks for what does not exist.
///
/// The cases say what is wrong; the wording stands in `description` alone.
enum UsageError: Error, Equatable, CustomStringConvertible {
    /// No such verb.
    case unknownVerb(String, nearest: String?)
    /// A verb of verbs was named without what to do.
    case verbIncomplete(String, choices: [String])
    /// No such flag.
    case unknownFlag(String, nearest: String?)
    /// A flag that needs a value stands last.
    case missingValue(flag: String, accepted: String)
    /// A value that is not accepted.
    case badValue(name: String, value: String, accepted: String)
    /// An option that is given once may not be given again.
    case repeated(flag: String)
    /// A secret came as a flag.
    case secretAsFlag(flag: String, variable: String)
    /// A variable and its `_FILE` form both have a value.
    case ambiguous(variable: String)
    /// Two options exclude one another.
    case conflict(String, String)
    /// An option is missing that there is no default for.
    case missingOption(flag: String, accepted: String)
    /// Too few or too many arguments.
    case wrongArguments(expected: String, found: [String])
    /// An argument that is not accepted.
    case badArgument(String, accepted: String)
    /// A line of a configuration file that is no setting.
    case badLine(file: String, line: Int, expected: String)
    /// A file that the configuration names cannot be read.
    case unreadable(name: String, path: String, reason: String)

    var description: String {
        switch self {
        case .unknownVerb(let verb, let nearest):
            "unknown verb '\(verb)': \(nearest.map { "did you mean '\($0)'? " } ?? "")'tapedeck help' lists them"
        case .verbIncomplete(let verb, let choices):
            "'\(verb)' alone does nothing: say one of \(choices.joined(separator: ", "))"
        case .unknownFlag(let flag, let nearest):
            "unknown option \(flag): \(nearest.map { "did you mean \($0)? " } ?? "")--help-all lists every option"
        case .missingValue(let flag, let accepted): "\(flag) has no value: it takes \(accepted)"
        case .badValue(let name, let value, let accepted): "\(name): '\(value)' is not accepted: it takes \(accepted)"
        case .repeated(let flag): "\(flag) is given more than once: give it once"
        case .secretAsFlag(let flag, let variable):
            "\(flag): a secret on the command line can be read by every user: set \(variable) or \(variable)_FILE"
        case .ambiguous(let variable): "\(variable) and \(variable)_FILE are both set: keep one of them"
        case .conflict(let one, let other): "\(one) and \(other) exclude one another: give only one of them"
        case .missingOption(let flag, let accepted): "\(flag) is missing: it takes \(accepted)"
        case .wrongArguments(let expected, let found):
            "\(found.isEmpty ? "no argument is given" : "arguments \(found.joined(separator: " ")) are not what it takes"): "
                + "it takes \(expected)"
        case .badArgument(let argument, let accepted): "'\(argument)' is not accepted: it takes \(accepted)"
        case .badLine(let file, let line, let expected): "\(file), line \(line): \(expected)"
        case .unreadable(let name, let path, let reason): "\(name): \(path): \(reason)"
        }
    }
}
