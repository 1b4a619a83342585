/// Joins flags, environment and configuration file: the first that speaks wins.
struct SettingsResolver {
    /// Every option of the verb.
    let specs: [OptionSpec]
    /// Every option of any verb: a configuration file serves them all.
    let known: [OptionSpec]
    /// The process environment.
    let environment: [String: String]

    /// Resolves what was found on the command line.
    func resolve(_ found: ArgumentScanner.Found, configurationFile path: String?) throws(UsageError) -> Settings {
        var entries: [ConfigurationFile.Entry] = []
        if let path {
            entries = try ConfigurationFile(path: path).entries
            try refuseUnknown(entries, file: path)
        }
        var resolved: [Settings.Entry] = []
        for spec in specs {
            resolved.append(try entry(for: spec, found: found, file: path ?? "", entries: entries))
        }
        return Settings(entries: resolved, arguments: found.arguments)
    }

    private func entry(
        for spec: OptionSpec, found: ArgumentScanner.Found, file: String, entries: [ConfigurationFile.Entry]
    ) throws(UsageError) -> Settings.Entry {
        let flags = found.options.filter { $0.name == spec.name }.map(\.text)
        if !flags.isEmpty { return Settings.Entry(spec: spec, texts: flags, origin: .flag) }
        if let texts = try environmentTexts(of: spec) { return texts }
        if let texts = try fileTexts(of: spec, file: file, entries: entries) { return texts }
        return Settings.Entry(spec: spec, texts: spec.defaultText.map { [$0] } ?? [], origin: .standard)
    }

    /// A variable that is set but empty counts as not set, as `VAR= command` is meant.
    private func environmentTexts(of spec: OptionSpec) throws(UsageError) -> Settings.Entry? {
        let variable = spec.variable
        let plain = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        let pointer = hasPointer(spec) ? environment[variable + "_FILE"].flatMap { $0.isEmpty ? nil : $0 } : nil
        guard plain == nil || pointer == nil else { throw .ambiguous(variable: variable) }
        if let plain {
            let texts = try accepted(split(plain, for: spec), spec, name: variable)
            return Settings.Entry(spec: spec, texts: texts, origin: .environment(variable))
        }
        guard let pointer else { return nil }
        let texts = try contents(of: pointer, spec, name: variable + "_FILE")
        return Settings.Entry(spec: spec, texts: texts, origin: .environment(variable + "_FILE"))
    }

    private func fileTexts(
        of spec: OptionSpec, file: String, entries: [ConfigurationFile.Entry]
    ) throws(UsageError) -> Settings.Entry? {
        let plain = entries.filter { $0.key == spec.variable && !$0.value.isEmpty }
        let pointer = entries.last {
            hasPointer(spec) && $0.key == spec.variable + "_FILE" && !$0.value.isEmpty
        }
        guard plain.isEmpty || pointer == nil else { throw .ambiguous(variable: spec.variable) }
        if let last = plain.last {
            // As a shell or systemd would read it, the last line of a key counts; only what repeats is gathered.
            let texts = try accepted(
                spec.repeats ? plain.map(\.value) : [last.value], spec,
                name: "\(file), line \(last.line), \(spec.variable)")
            return Settings.Entry(spec: spec, texts: texts, origin: .file(file, line: last.line))
        }
        guard let pointer else { return nil }
        let texts = try contents(of: pointer.value, spec, name: "\(file), line \(pointer.line), \(pointer.key)")
        return Settings.Entry(spec: spec, texts: texts, origin: .file(file, line: pointer.line))
    }

    /// Whether a file may hold the value: not where an option of its own has that name, as `--symbols-file` has.
    private func hasPointer(_ spec: OptionSpec) -> Bool {
        !specs.contains { $0.variable == spec.variable + "_FILE" }
    }

    private func contents(of path: String, _ spec: OptionSpec, name: String) throws(UsageError) -> [String] {
        var text = try ConfigurationFile.text(path, name: name)
        while text.last?.isNewline == true { text.removeLast() }
        return try accepted(split(text, for: spec), spec, name: "\(name) (\(path))")
    }

    /// Several values of one option stand on lines of their own.
    private func split(_ text: String, for spec: OptionSpec) -> [String] {
        spec.repeats ? text.split(whereSeparator: \.isNewline).map(String.init) : [text]
    }

    private func accepted(_ texts: [String], _ spec: OptionSpec, name: String) throws(UsageError) -> [String] {
        for text in texts where !spec.accepts(text) {
            throw .badValue(name: name, value: spec.redact(text), accepted: spec.accepted)
        }
        return texts
    }

    /// A mistyped key would be a setting that silently does nothing.
    private func refuseUnknown(_ entries: [ConfigurationFile.Entry], file: String) throws(UsageError) {
        let variables = known.map(\.variable)
        for entry in entries where entry.key.hasPrefix("TAPEDECK_") {
            let base = entry.key.hasSuffix("_FILE") ? String(entry.key.dropLast(5)) : entry.key
            guard !variables.contains(base), !variables.contains(entry.key),
                !WellKnownVariables.names.contains(entry.key)
            else { continue }
            let nearest = NearestName.of(base, among: variables)
            throw .badLine(
                file: file, line: entry.line,
                expected: "unknown setting \(entry.key): \(nearest.map { "did you mean \($0)?" } ?? "remove it")")
        }
    }
}

/// Variables that belong to no option.
enum WellKnownVariables {
    /// Names with their use, for the help and for configuration files that set them.
    static let all: [(name: String, use: String)] = [
        ("TAPEDECK_MONGOD", "the mongod that demo starts, if not the one on PATH or in .tools"),
        ("TAPEDECK_FAILPOINT", "POINT@OFFSET: the pipeline kills itself there (tests only)"),
        ("KAFKA_HOME", "an unpacked Apache Kafka: demo starts it instead of the embedded broker"),
    ]

    static let names = all.map(\.name)
}
