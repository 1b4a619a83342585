/// A static line chart.
///
/// Coordinates are rounded to tenths by integer arithmetic, so that equal data give equal bytes.
struct SVGChart {
    static let width = 520.0
    static let height = 240.0
    private static let right = 10.0
    private static let top = 10.0
    private static let bottom = 28.0

    /// What the chart shows, for those who cannot see it.
    let title: String
    private let x: (low: Double, high: Double)
    private let y: (low: Double, high: Double)
    /// Room for the longest label of the y axis.
    private let left: Double
    private var body = ""

    /// - Parameters:
    ///   - title: what the chart shows.
    ///   - x: range of the x axis.
    ///   - y: range of the y axis, widened by a twentieth at each end.
    ///   - includesZero: whether the y axis starts at 0.
    init(title: String, x: ClosedRange<Double>, y: ClosedRange<Double>, includesZero: Bool = false) {
        self.title = title
        self.x = x.lowerBound < x.upperBound ? (x.lowerBound, x.upperBound) : (x.lowerBound - 1, x.upperBound + 1)
        let low = includesZero ? min(0, y.lowerBound) : y.lowerBound
        let span = y.upperBound - low
        // A flat line stands in the middle.
        let pad = span > 0 ? span / 20 : max(y.upperBound.magnitude / 1_000, 1e-9)
        self.y = (includesZero && low == 0 ? 0 : low - pad, y.upperBound + pad)
        let ticks = Self.ticks(self.y.low, self.y.high)
        let longest = ticks.values.map { NumberText.fixed($0, ticks.decimals).count }.max() ?? 0
        left = max(40, 8 * Double(longest) + 14)
        grid()
    }

    private func place(_ px: Double, _ py: Double) -> (Double, Double) {
        (
            left + (px - x.low) / (x.high - x.low) * (Self.width - left - Self.right),
            Self.height - Self.bottom - (py - y.low) / (y.high - y.low) * (Self.height - Self.top - Self.bottom)
        )
    }

    private func point(_ px: Double, _ py: Double) -> String {
        let (a, b) = place(px, py)
        return "\(Self.tenths(a)) \(Self.tenths(b))"
    }

    /// A number with one decimal.
    static func tenths(_ v: Double) -> String {
        guard v.isFinite, v.magnitude < 1e6 else { return "0" }
        let n = Int((v * 10).rounded())
        let sign = n < 0 ? "-" : ""
        return n % 10 == 0 ? "\(n / 10)" : "\(sign)\(n.magnitude / 10).\(n.magnitude % 10)"
    }

    /// Adds a line.
    mutating func line(_ points: [(Double, Double)], style: String) {
        guard !points.isEmpty else { return }
        let path = points.map { point($0.0, $0.1) }.joined(separator: "L")
        body += "<path class=\"\(style)\" d=\"M\(path)\"/>"
    }

    /// Adds an area between two lines.
    mutating func band(_ points: [(x: Double, low: Double, high: Double)], style: String) {
        guard points.count > 1 else { return }
        let upper = points.map { point($0.x, $0.high) }
        let lower = points.reversed().map { point($0.x, $0.low) }
        body += "<path class=\"\(style)\" d=\"M\((upper + lower).joined(separator: "L"))Z\"/>"
    }

    /// Adds dots.
    mutating func dots(_ points: [(Double, Double)], style: String) {
        for (px, py) in points {
            let (a, b) = place(px, py)
            body += "<circle class=\"\(style)\" cx=\"\(Self.tenths(a))\" cy=\"\(Self.tenths(b))\" r=\"1.7\"/>"
        }
    }

    /// Adds labels under the x axis, the first set from its left and the last to its right.
    mutating func labels(_ labels: [(Double, String)]) {
        for (index, label) in labels.enumerated() {
            let anchor = index == 0 ? "start" : index == labels.count - 1 ? "end" : "middle"
            body +=
                "<text x=\"\(Self.tenths(place(label.0, y.low).0))\" y=\"\(Self.tenths(Self.height - 8))\" "
                + "text-anchor=\"\(anchor)\">\(HTMLText.escape(label.1))</text>"
        }
    }

    private mutating func grid() {
        let ticks = Self.ticks(y.low, y.high)
        for tick in ticks.values {
            let (_, b) = place(x.low, tick)
            body +=
                "<line class=\"grid\" x1=\"\(Self.tenths(left))\" x2=\"\(Self.tenths(Self.width - Self.right))\" "
                + "y1=\"\(Self.tenths(b))\" y2=\"\(Self.tenths(b))\"/>"
                + "<text x=\"\(Self.tenths(left - 6))\" y=\"\(Self.tenths(b + 5))\" text-anchor=\"end\">"
                + "\(NumberText.fixed(tick, ticks.decimals))</text>"
        }
    }

    /// Round numbers within a range, three to six of them, and the decimals they need.
    static func ticks(_ low: Double, _ high: Double) -> (values: [Double], decimals: Int) {
        let span = high - low
        guard span > 0, span.isFinite else { return ([low], 2) }
        var power = 0
        var unit = 1.0
        while unit > span / 5 { (unit, power) = (unit / 10, power - 1) }
        while unit * 10 <= span / 5 { (unit, power) = (unit * 10, power + 1) }
        let factor = [1.0, 2, 5, 10].first { span / (unit * $0) <= 5 } ?? 10
        let step = unit * factor
        let first = (low / step).rounded(.up)
        let last = (high / step).rounded(.down)
        guard last >= first, last - first < 20 else { return ([low], 2) }
        let values = (0...Int(last - first)).map { (first + Double($0)) * step }
        return (values, max(0, -power - (factor == 10 ? 1 : 0)))
    }

    /// The finished drawing.
    var svg: String {
        "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
            + "aria-label=\"\(HTMLText.escape(title))\">\(body)</svg>"
    }
}
