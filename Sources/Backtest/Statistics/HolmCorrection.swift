/// Adjusts p-values of several tests so that the chance of any false alarm stays below the level (Holm 1979).
public enum HolmCorrection {
    /// The adjusted p-values, in the order given; an undefined one takes no part and stays undefined.
    ///
    /// Equal p-values keep their order, which the caller makes the symbols' order.
    public static func adjust(_ values: [Double?]) -> [Double?] {
        let order = values.indices.filter { values[$0] != nil }.sorted {
            let (a, b) = (values[$0] ?? 0, values[$1] ?? 0)
            return a == b ? $0 < $1 : a < b
        }
        var adjusted = [Double?](repeating: nil, count: values.count)
        var running = 0.0
        for (rank, index) in order.enumerated() {
            guard let value = values[index] else { continue }
            running = max(running, min(1, Double(order.count - rank) * value))
            adjusted[index] = running
        }
        return adjusted
    }
}
