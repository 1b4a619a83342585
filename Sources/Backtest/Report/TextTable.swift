/// A table for the terminal: first column to the left, all others to the right, two blanks between.
struct TextTable {
    private var rows: [[String]]

    init(header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// A line of dashes as wide as each column.
    mutating func rule() { rows.append([]) }

    /// The lines, each ended by LF.
    ///
    /// - Parameter leftColumns: columns set to the left.
    /// - Returns: the text.
    func text(leftColumns: Set<Int> = [0]) -> String {
        let columns = rows[0].count
        let widths = (0..<columns).map { column in rows.map { $0.isEmpty ? 0 : $0[column].count }.max() ?? 0 }
        var text = ""
        for row in rows {
            let cells = row.isEmpty ? widths.map { String(repeating: "-", count: $0) } : row
            var line = ""
            for column in 0..<columns {
                let blank = String(repeating: " ", count: widths[column] - cells[column].count)
                line +=
                    (column == 0 ? "" : "  ")
                    + (leftColumns.contains(column) ? cells[column] + blank : blank + cells[column])
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}
