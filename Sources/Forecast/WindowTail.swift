/// The smallest values of a sliding window, in order.
///
/// Holds more than the deepest rank asked for, so that most values that come and go cost one comparison, and a rebuild
/// comes once in some thousand.
struct WindowTail: Sendable {
    private var values: [Double]
    private(set) var count = 0
    private let limit: Int

    init(deepestRank: Int) {
        limit = min(ErrorWindow.capacity, deepestRank + 24)
        values = Array(repeating: 0, count: limit + 1)
    }

    subscript(place: Int) -> Double { values[place] }

    /// Takes a value into a window of `others` values, if it is among the smallest.
    mutating func insert(_ value: Double, among others: Int) {
        guard count == others || (count > 0 && value <= values[count - 1]) else { return }
        var place = count
        while place > 0, values[place - 1] > value {
            values[place] = values[place - 1]
            place -= 1
        }
        values[place] = value
        count = min(count + 1, limit)
    }

    /// Lets a value of the window go.
    ///
    /// Of values equal to the greatest held it does not matter which one goes.
    mutating func remove(_ value: Double) {
        guard count > 0, value <= values[count - 1] else { return }
        count -= 1
        var carried = values[count]
        var place = count
        while carried > value, place > 0 {
            place -= 1
            let smaller = values[place]
            values[place] = carried
            carried = smaller
        }
    }

    /// Starts again from the whole window.
    mutating func rebuild(from window: [Double], count others: Int, negated: Bool) {
        count = 0
        for place in 0..<others { insert(negated ? -window[place] : window[place], among: place) }
    }
}
