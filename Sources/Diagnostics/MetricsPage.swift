/// Metrics as Prometheus reads them (text format 0.0.4).
public struct MetricsPage: Sendable {
    /// The page so far.
    public private(set) var text = ""
    private let prefix: String

    /// Starts a page.
    ///
    /// - Parameter prefix: of all names, with its underscore.
    public init(prefix: String) { self.prefix = prefix }

    /// Says what the values that follow are.
    public mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(prefix)\(name) \(help)\n# TYPE \(prefix)\(name) \(type)\n"
    }

    /// A counter of one value.
    public mutating func counter(_ name: String, _ help: String, _ value: Int64) {
        head(name, "counter", help)
        add(name, value)
    }

    /// A gauge of one value.
    public mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        head(name, "gauge", help)
        add(name, value)
    }

    /// A time in ns, shown in seconds.
    public mutating func seconds(_ name: String, _ type: String, _ help: String, _ nanoseconds: Int64) {
        head(name, type, help)
        add(name, Double(nanoseconds) / 1e9)
    }

    /// A whole number.
    public mutating func add(_ name: String, _ value: Int64, _ labels: [(String, String)] = []) {
        append(name, labels, "\(value)")
    }

    /// Another number.
    public mutating func add(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
        append(name, labels, value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)")
    }

    private mutating func append(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += prefix + name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
