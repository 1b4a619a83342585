import JSONText

/// What `--print-config` prints.
enum ConfigurationPrinter {
    /// Prints each setting as `KEY=VALUE  # origin`, which `--config` reads back, or as JSON.
    static func print(_ settings: Settings, to output: StandardOutput) throws {
        let shown = settings.entries.filter { !Self.commands.contains($0.spec.name) }
        if settings[CommonOptions.json] {
            let rows = shown.map { entry in
                JSONValue.object([
                    "name": .string(entry.spec.variable), "origin": .string(entry.origin.shown),
                    "values": .array(entry.texts.map { .string(entry.spec.redact($0)) }),
                ])
            }
            try output.line(JSONValue.array(rows).canonical)
            return
        }
        for entry in shown {
            try output.line("# \(entry.origin.shown)")
            if entry.texts.isEmpty { try output.line("#\(entry.spec.variable)=") }
            for text in entry.texts { try output.line("\(entry.spec.variable)=\(entry.spec.redact(text))") }
        }
    }

    /// These ask for something; they set nothing.
    private static let commands: Set = ["print-config", "help", "help-all", "config"]
}
