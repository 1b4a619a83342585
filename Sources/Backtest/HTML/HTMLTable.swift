/// A table of a page; cells are HTML already.
struct HTMLTable {
    private var head: String
    private var body = ""
    private let textColumns: Set<Int>

    /// - Parameters:
    ///   - header: columns, as HTML.
    ///   - textColumns: columns set to the left besides the first.
    init(header: [String], textColumns: Set<Int> = []) {
        self.textColumns = textColumns
        head =
            "<tr>"
            + header.enumerated().map {
                "<th\(textColumns.contains($0.offset) ? " class=\"text\"" : "")>\($0.element)</th>"
            }
            .joined() + "</tr>"
    }

    /// Adds a row; its first cell is its heading.
    mutating func add(_ cells: [String], style: String = "") {
        body += style.isEmpty ? "<tr>" : "<tr class=\"\(style)\">"
        for (index, cell) in cells.enumerated() {
            if index == 0 {
                body += "<th>\(cell)</th>"
            } else {
                body += "<td\(textColumns.contains(index) ? " class=\"text\"" : "")>\(cell)</td>"
            }
        }
        body += "</tr>\n"
    }

    var html: String {
        "<div class=\"scroll\"><table><thead>\(head)</thead><tbody>\n\(body)</tbody></table></div>"
    }
}
