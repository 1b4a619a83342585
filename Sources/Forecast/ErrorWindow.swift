/// A model's last 256 signed errors and their order statistics, for the empirical interval.
///
/// The bounds depend only on which errors are in the window, never on how the tails came about.
struct ErrorWindow: Sendable {
    static let capacity = 256

    private var ring = [Double](repeating: 0, count: capacity)
    private var used = 0
    private var next = 0
    /// The smallest errors, and the smallest of the negated errors.
    private var low: WindowTail
    private var high: WindowTail
    private let levelPermille: Int

    init(levelPermille: Int) {
        self.levelPermille = levelPermille
        let deepest = Self.rank(Self.capacity, levelPermille)
        low = WindowTail(deepestRank: deepest)
        high = WindowTail(deepestRank: deepest)
    }

    /// k = ⌊(m+1)(1000−L)/2000⌋.
    private static func rank(_ count: Int, _ levelPermille: Int) -> Int {
        (count + 1) * (1_000 - levelPermille) / 2_000
    }

    /// Adds an error; the oldest of 256 leaves.
    ///
    /// One that is not finite is not taken.
    mutating func append(_ error: Double) {
        guard error.isFinite else { return }
        let error = error + 0  // −0 would compare equal to 0 and yet differ in bits
        if used == Self.capacity {
            let old = ring[next]
            low.remove(old)
            high.remove(-old)
            used -= 1
        }
        low.insert(error, among: used)
        high.insert(-error, among: used)
        ring[next] = error
        next = next + 1 == Self.capacity ? 0 : next + 1
        used += 1
    }

    /// The k-th and (m+1−k)-th smallest error; nil while k < 1.
    mutating func bounds() -> (low: Double, high: Double)? {
        let rank = Self.rank(used, levelPermille)
        guard rank >= 1 else { return nil }
        if low.count < rank { low.rebuild(from: ring, count: used, negated: false) }
        if high.count < rank { high.rebuild(from: ring, count: used, negated: true) }
        return (low[rank - 1], -high[rank - 1])
    }

    func encode(to out: inout StateWriter) {
        out.append(Int64(used))
        out.append(Int64(next))
        out.append(Array(ring.prefix(used)))
    }

    mutating func decode(from reader: inout StateReader) throws(ForecastError) {
        let count = Int(try reader.integer(in: 0...Int64(Self.capacity), "the number of errors"))
        let place = Int(try reader.integer(in: 0...Int64(Self.capacity - 1), "the place of the next error"))
        guard count == Self.capacity || place == count else {
            throw reader.failure("the place of the next error does not fit their number")
        }
        let errors = try reader.doubles(count)
        guard errors.allSatisfy({ $0.isFinite && !($0 == 0 && $0.sign == .minus) }) else {
            throw reader.failure("an error is not finite")
        }
        self = ErrorWindow(levelPermille: levelPermille)
        ring.replaceSubrange(0..<count, with: errors)
        used = count
        next = place
    }
}
