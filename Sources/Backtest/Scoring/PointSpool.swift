import Forecast

/// The scored points of one symbol, in order of their origins, in chunks of a shared `SpoolFile`.
struct PointSpool: Sendable {
    /// Words of a point before its forecasts: time, origin, actual, scale.
    private static let fixedWords = 4
    private static let chunkPoints = 64

    private let models: Int
    private var buffer: [UInt64] = []
    private var chunks: [Int64] = []

    /// - Parameter models: forecasts per point.
    init(models: Int) { self.models = models }

    private var pointWords: Int { Self.fixedWords + models }

    /// Adds a point; writes when a chunk is full.
    ///
    /// - Parameters:
    ///   - point: the point.
    ///   - forecasts: of the models in their order, one left out.
    ///   - skipped: place of the model that is left out, as its forecast is the origin's price.
    ///   - file: where chunks go.
    ///   - end: the file's end, moved on by what is written.
    /// - Throws: `BacktestError.spool`.
    mutating func append(
        _ point: ScoredPoint, _ forecasts: ModelForecasts, skipping skipped: Int, to file: SpoolFile, end: inout Int64
    ) throws(BacktestError) {
        buffer.append(UInt64(bitPattern: point.time))
        buffer.append(point.origin.bitPattern)
        buffer.append(point.actual.bitPattern)
        buffer.append(point.scale.bitPattern)
        for index in 0..<forecasts.count where index != skipped {
            buffer.append((forecasts[index].predicted ?? .nan).bitPattern)
        }
        if buffer.count == Self.chunkPoints * pointWords {
            try file.write(buffer, at: end)
            chunks.append(end)
            end += Int64(buffer.count * 8)
            buffer.removeAll(keepingCapacity: true)
        }
    }

    /// Reads all points back, in order.
    ///
    /// - Parameters:
    ///   - file: the file they were written to.
    ///   - body: gets each point and its forecasts, in the order and number given to `init`.
    /// - Throws: `BacktestError.spool`.
    func forEach(in file: SpoolFile, _ body: (ScoredPoint, ArraySlice<UInt64>) -> Void) throws(BacktestError) {
        var words = [UInt64](repeating: 0, count: Self.chunkPoints * pointWords)
        for chunk in chunks {
            try file.read(into: &words, at: chunk)
            deliver(words, body)
        }
        deliver(buffer, body)
    }

    private func deliver(_ words: [UInt64], _ body: (ScoredPoint, ArraySlice<UInt64>) -> Void) {
        for start in stride(from: 0, to: words.count, by: pointWords) {
            let point = ScoredPoint(
                time: Int64(bitPattern: words[start]), origin: Double(bitPattern: words[start + 1]),
                actual: Double(bitPattern: words[start + 2]), scale: Double(bitPattern: words[start + 3]),
                squareScale: 0)
            body(point, words[(start + Self.fixedWords)..<(start + pointWords)])
        }
    }
}
