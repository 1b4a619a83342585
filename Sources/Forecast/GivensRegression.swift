/// Weighted least squares, one row at a time, by square-root-free Givens rotations.
///
/// AS 75 (W. M. Gentleman, "Basic procedures for large, sparse or weighted linear least squares problems", Applied
/// Statistics 23, 1974) with the column test of AS 274 (A. J. Miller, Applied Statistics 41, 1992), and the two
/// departures of backtest.md, section 5: Gentleman's other form where c < 1/8, and, when old rows are forgotten, a
/// floor under each direction's weight. Products are evaluated as written there: another order changes digits.
///
/// The state is D (the squared lengths), R (unit upper triangular), θ (the rotated response) and the residual sum
/// of squares. Forming X'X instead would lose half the digits.
public struct GivensRegression: Sendable {
    /// Number of regressors p.
    public let columns: Int
    /// The weight λ that older rows keep at each new row; 1 forgets nothing.
    public let lambda: Double
    /// Rows learnt; pseudo-rows of the ridge are not counted.
    public internal(set) var rows: Int64 = 0
    /// Rows refused because a value was not finite; the state did not change.
    public internal(set) var refusedRows: Int64 = 0
    /// How often the floor kept a direction's weight from decaying.
    public internal(set) var floorBindings: Int64 = 0

    var d: [Double]
    var theta: [Double]
    /// The rows of R right of the diagonal, one after the other.
    var r: [Double]
    var sse = 0.0
    /// E and N of the decay: mean energy and number of the rows that excite each direction; unused when λ = 1.
    var energy: [Double]
    var excitations: [Double]
    /// H = 1/(1−λ), the number of rows that count; infinite when λ = 1.
    let memory: Double
    /// Space for a row and for a solution; no part of the state.
    var work: [Double]
    var solution: [Double]

    /// An empty regression.
    ///
    /// - Parameters:
    ///   - columns: number of regressors, at least 1.
    ///   - lambda: weight that older rows keep at each new row, above 0 and at most 1.
    ///   - ridge: κ ≥ 0; adds a pseudo-row √κ·e_k for each regressor k, all before the first row; forgotten likewise.
    ///   - intercept: whether regressor 0 is the intercept, which has no pseudo-row.
    public init(columns: Int, lambda: Double = 1, ridge: Double = 0, intercept: Bool = true) {
        precondition(columns >= 1, "a regression needs a regressor")
        precondition(lambda > 0 && lambda <= 1, "λ is above 0 and at most 1")
        self.columns = columns
        self.lambda = lambda
        memory = 1 / (1 - lambda)
        d = Array(repeating: 0, count: columns)
        theta = d
        energy = d
        excitations = d
        work = d
        solution = d
        r = Array(repeating: 0, count: columns * (columns - 1) / 2)
        guard ridge > 0 else { return }
        var row = d
        for k in (intercept ? 1 : 0)..<columns {
            row[k] = ridge.squareRoot()
            rotate(row.span, response: 0, weight: 1)
            row[k] = 0
        }
    }
}
