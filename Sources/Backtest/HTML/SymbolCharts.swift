/// The drawings of one symbol.
struct SymbolCharts {
    let report: SymbolReport
    let horizon: String

    /// Price over the whole tape, the newest predictions one by one, and the error over the tape.
    var html: String {
        guard !report.chart.buckets.isEmpty else {
            return "<p class=\"soft\">Nothing was scored, so there is no chart.</p>"
        }
        return "<div class=\"charts\">\(price)\(newest)\(error)</div>"
    }

    private var times: (range: ClosedRange<Double>, labels: [(Double, String)], date: String) {
        let first = report.chart.buckets.first?.time ?? 0
        let last = report.chart.buckets.last?.time ?? 0
        let middle = first + (last - first) / 2
        func label(_ time: Int64) -> String {
            let utc = NumberText.utc(time)
            if last - first > 2 * 86_400_000 { return String(utc.date.dropFirst(5)) }
            return last - first > 600_000 ? String(utc.time.dropLast(3)) : utc.time
        }
        let labels = last > first ? [first, middle, last] : [first]
        let (from, to) = (NumberText.utc(first).date, NumberText.utc(last).date)
        return (
            Double(first)...Double(max(first, last)), labels.map { (Double($0), label($0)) },
            from == to ? from : "\(from) to \(to)"
        )
    }

    private var price: String {
        let buckets = report.chart.buckets
        let times = times
        let values = buckets.flatMap { [$0.low, $0.high] } + predictions(buckets).map(\.1)
        var chart = SVGChart(
            title: "Price and predictions of \(report.symbol)", x: times.range,
            y: (values.min() ?? 0)...(values.max() ?? 1))
        chart.band(buckets.map { (Double($0.time), $0.low, $0.high) }, style: "range")
        chart.line(buckets.map { (Double($0.time), $0.actual) }, style: "p")
        chart.dots(predictions(buckets), style: "dot")
        chart.labels(times.labels)
        return figure(
            "<b>Price and prediction</b>, \(times.date) UTC<br><i class=\"key kp\"></i>price<i class=\"key kr\"></i>its "
                + "range<i class=\"key km\"></i>prediction, one of each \(buckets.map(\.count).max() ?? 1)", chart)
    }

    /// A failed model has no finite prediction.
    private func predictions(_ buckets: [ChartSeries.Bucket]) -> [(Double, Double)] {
        buckets.filter(\.predicted.isFinite).map { (Double($0.time), $0.predicted) }
    }

    private var newest: String {
        let points = report.tail
        let place = points.indices.map { Double($0 - points.count) }
        let numbers = points.flatMap { [$0.actual, $0.forecast.predicted, $0.forecast.low, $0.forecast.high] }
            .compactMap(\.self)
        var chart = SVGChart(
            title: "The newest predictions of \(report.symbol)", x: -Double(points.count)...(-1),
            y: (numbers.min() ?? 0)...(numbers.max() ?? 1))
        var band: [(x: Double, low: Double, high: Double)] = []
        for (index, point) in points.enumerated() {
            if let low = point.forecast.low, let high = point.forecast.high { band.append((place[index], low, high)) }
        }
        chart.band(band, style: "band")
        chart.line(points.indices.map { (place[$0], points[$0].actual) }, style: "p")
        chart.line(
            points.indices.compactMap { index in points[index].forecast.predicted.map { (place[index], $0) } },
            style: "m")
        chart.labels([(-Double(points.count), "\(-points.count)"), (-1, "newest")])
        return figure(
            "<b>The newest \(points.count) predictions</b>, \(HTMLText.escape(horizon)) ahead<br><i class=\"key kp\"></i>"
                + "actual<i class=\"key km\"></i>predicted<i class=\"key kb\"></i>interval", chart)
    }

    private var error: String {
        let buckets = report.chart.buckets
        let times = times
        func mean(_ sum: NeumaierSum, _ bucket: ChartSeries.Bucket) -> Double { sum.value / Double(bucket.count) }
        let model = buckets.map { (Double($0.time), mean($0.modelError, $0)) }.filter(\.1.isFinite)
        let last = buckets.map { (Double($0.time), mean($0.lastError, $0)) }
        var chart = SVGChart(
            title: "Mean absolute error of \(report.symbol) over the tape", x: times.range,
            y: 0...max((model + last).map(\.1).max() ?? 1, 1e-9), includesZero: true)
        chart.line(last, style: "l")
        chart.line(model, style: "m")
        chart.labels(times.labels)
        return figure(
            "<b>Mean absolute error</b>, bps, of each \(buckets.map(\.count).max() ?? 1) predictions<br>"
                + "<i class=\"key km\"></i>ols<i class=\"key kl\"></i>last", chart)
    }

    private func figure(_ caption: String, _ chart: SVGChart) -> String {
        "<figure><figcaption>\(caption)</figcaption>\(chart.svg)</figure>"
    }
}
