import Testing

@testable import Backtest

/// Golden values of backtest.md, section 11: to 1e-12, p-values to 1e-9.
@Suite struct DieboldMarianoTests {
    static let small = zip([0, 1, 2, 3, 4, 5], [0, 2, 3, 3, 5, 6]).map { ($0 * $0) - ($1 * $1) as Double }

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var overlap: Int
        var kind: DieboldMariano.Variance
        var lags: Int?
        var v: Double, dm: Double, star: Double, p: Double
        var testDescription: String { name }
    }

    @Test(arguments: [
        Row(
            name: "q=1, acf", overlap: 1, kind: .acf, v: 2.925925925925926, dm: -2.7281931703388502,
            star: -2.490488234376871, p: 0.05512811990291335),
        Row(
            name: "q=1, default M=2", overlap: 1, kind: .bartlett, v: 2.997942386831276, dm: -2.6952257034083384,
            star: -2.460393192207459, p: 0.05720098096418582),
        Row(
            name: "q=2, acf", overlap: 2, kind: .acf, v: 3.641975308641976, dm: -2.4453345409062446,
            star: -1.8226447537315345, p: 0.12797293778788194),
        Row(
            name: "q=2, M=1", overlap: 2, kind: .bartlett, lags: 1, v: 3.283950617283951, dm: -2.5751852258368566,
            star: -1.9194297398747864, p: 0.11301127410445054),
    ])
    func sixPointGolden(_ row: Row) throws {
        let test = try DieboldMariano(Self.small, overlap: row.overlap, variance: row.kind, lags: row.lags)
        #expect(close(test.variance, row.v))
        #expect(close(test.uncorrected, row.dm))
        #expect(close(test.statistic, row.star))
        #expect(close(test.pValue, row.p, 1e-9))
    }

    @Test func aNegativeVarianceIsUndefined() {
        let y: [Double] = [10, 20, 30, 40, 50]
        let a: [Double] = [11, 21, 29, 42, 53]
        let b: [Double] = [13, 26, 24, 40, 59]
        let d = y.indices.map { squared(y[$0] - a[$0]) - squared(y[$0] - b[$0]) }
        var sums = AutocovarianceSum(lags: 2)
        for x in d { sums.add(x - d.mean) }
        #expect(close(sums.variance, -3.5776))
        #expect(throws: DieboldMariano.Undefined.nonPositiveVariance) {
            try DieboldMariano(d, overlap: 3, variance: .acf)
        }
    }

    /// The vectors of statsmodels 82c59e3, `tsa/tests/test_stattools.py`.
    @Test func fifteenPointGolden() throws {
        let squares = zip(zip(Self.y, Self.f1), Self.f2).map { squared($0.0 - $0.1) - squared($0.0 - $1) }
        let m3 = try DieboldMariano(squares, overlap: 1)
        #expect(m3.lags == 3)
        #expect(close(m3.uncorrected, 0.7505739975145413))
        #expect(close(Distribution.normalTwoSided(m3.uncorrected), 0.45290907489937526, 1e-9))
        #expect(close(m3.statistic, 0.7251233715917783))
        #expect(close(m3.pValue, 0.4803217806793209, 1e-9))
        #expect(close(try DieboldMariano(squares, overlap: 1, lags: 2).uncorrected, 0.820984199652601))
        let acf = try DieboldMariano(squares, overlap: 1, variance: .acf)
        #expect(close(acf.uncorrected, 0.8160666104384315))
        #expect(close(acf.statistic, 0.7883952467899414))
        #expect(close(acf.pValue, 0.4436112364049315, 1e-9))
        let absolute = zip(zip(Self.y, Self.f1), Self.f2).map { abs($0.0 - $0.1) - abs($0.0 - $1) }
        #expect(close(try DieboldMariano(absolute, overlap: 1).uncorrected, 0.47154075187498645))
    }

    @Test func aConstantDifferenceLeavesRoundingDustAndIsUndefined() {
        #expect(throws: DieboldMariano.Undefined.nonPositiveVariance) {
            try DieboldMariano([Double](repeating: 0.1, count: 1000), overlap: 1)
        }
        #expect(throws: DieboldMariano.Undefined.nonPositiveVariance) {
            try DieboldMariano([Double](repeating: 0, count: 1000), overlap: 1)
        }
    }

    @Test func tooFewPointsAreUndefined() {
        #expect(throws: DieboldMariano.Undefined.tooFewPoints) { try DieboldMariano([1], overlap: 1) }
        #expect(throws: DieboldMariano.Undefined.tooFewPoints) { try DieboldMariano([], overlap: 1) }
        #expect(throws: DieboldMariano.Undefined.tooFewPoints) { try DieboldMariano([1, 2, 4], overlap: 3) }
    }

    static let y = [
        0.7905291971644244, 1.3165423213858396, 2.629194824493898, 2.274163381390831, 2.3350897900078773,
        4.309556160533848, 3.2008616600117854, 3.0279620894948263, 2.567645423157318, 0.8342527751292501,
        2.0985671460216464, 3.408247061676925, 2.9699882967078457, 3.6732582708103863, 3.4609292040029644,
    ]
    static let f1 = [
        0.9824387126880363, 3.347555830856235, 1.8132440948000608, 4.501884323116638, 0.993073450965922,
        0.988116816888287, 3.7834883570834847, 2.498189378576747, 4.8566413245270965, 1.7412497391486617,
        3.4637323882747384, 3.101483832900048, 3.0411384793663037, 3.2500575506493394, 3.199491151189982,
    ]
    static let f2 = [
        0.8002551776387801, 2.35554283908294, 2.5017107565163754, 2.9709840260800897, 2.031947528256514,
        2.044069317891979, 1.8690271476061573, 2.541558191277514, 3.0762879697739653, 3.420942734113572,
        3.9529070460967226, 3.036772850400313, 3.898343203105889, 4.397338510819033, 4.699775884928464,
    ]
}

func squared(_ x: Double) -> Double { x * x }

/// Relative agreement.
func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    (a - b).magnitude <= tolerance * b.magnitude
}
