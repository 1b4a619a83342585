import Foundation

/// A file of `KEY=VALUE` lines, as `--config` and systemd's `EnvironmentFile=` both take it.
struct ConfigurationFile: Sendable {
    /// One setting with its place.
    struct Entry: Sendable, Equatable {
        let key: String
        let value: String
        let line: Int
    }

    /// The settings in file order; a key may come again.
    let entries: [Entry]

    /// Reads a file.
    init(path: String) throws(UsageError) {
        let text = try Self.text(path, name: "--config")
        entries = try Self.parse(text, file: path)
    }

    /// Parses lines; empty ones and those that begin with `#` or `;` say nothing.
    static func parse(_ text: String, file: String) throws(UsageError) -> [Entry] {
        var entries: [Entry] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            guard let equals = line.firstIndex(of: "="),
                let match = line[..<equals].wholeMatch(of: #/([A-Za-z_][A-Za-z0-9_]*)\s*/#)
            else { throw .badLine(file: file, line: index + 1, expected: "not KEY=VALUE and no # comment: correct it") }
            let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            guard let plain = unquoted(value) else {
                throw .badLine(file: file, line: index + 1, expected: "a quotation mark is not closed: close it")
            }
            entries.append(Entry(key: String(match.output.1), value: plain, line: index + 1))
        }
        return entries
    }

    /// Takes quotation marks off, with the escapes that systemd knows inside double ones.
    private static func unquoted(_ value: String) -> String? {
        guard let mark = value.first, mark == "\"" || mark == "'" else { return value }
        var plain = ""
        var rest = value.dropFirst()
        while let character = rest.popFirst() {
            if character == mark { return rest.isEmpty ? plain : nil }
            if character == "\\", mark == "\"", let next = rest.first, "\"\\`$".contains(next) {
                plain.append(next)
                rest.removeFirst()
            } else {
                plain.append(character)
            }
        }
        return nil
    }

    /// The text of a small file.
    ///
    /// - Throws: ``UsageError/unreadable(name:path:reason:)``, which names what pointed to the file.
    static func text(_ path: String, name: String) throws(UsageError) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .unreadable(name: name, path: path, reason: "no such file: correct the path")
        }
        guard !isFolder.boolValue else {
            throw .unreadable(name: name, path: path, reason: "is a folder: name a file")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(name: name, path: path, reason: "cannot be read: check its permissions")
        }
        guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
            throw .unreadable(name: name, path: path, reason: "is no UTF-8 text of at most 1 MiB: name another file")
        }
        return text
    }
}
