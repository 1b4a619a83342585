/// One model's forecast at one origin, in price units.
public struct ModelForecast: Sendable, Equatable {
    /// The predicted price; nil if the model gave no finite number.
    public let predicted: Double?
    /// The lower bound of the interval; nil while there are too few errors to rank.
    public let low: Double?
    /// The upper bound of the interval.
    public let high: Double?

    /// Joins a prediction with its interval; what is not finite becomes nil.
    public init(predicted: Double?, low: Double? = nil, high: Double? = nil) {
        self.predicted = predicted.flatMap { $0.isFinite ? $0 : nil }
        self.low = low.flatMap { $0.isFinite ? $0 : nil }
        self.high = high.flatMap { $0.isFinite ? $0 : nil }
    }
}

/// The forecasts of all models at one origin, in the models' order.
///
/// Holds its elements inline: one origin per trade must cost no allocation.
public struct ModelForecasts: Sendable, Equatable, RandomAccessCollection {
    /// How many models can run side by side.
    public static let capacity = ForecastModel.allCases.count

    // Predicted, low, high of each model; NaN stands for nil.
    private var numbers: InlineArray<15, Double>
    private var used: Int

    /// No forecasts.
    public init() {
        numbers = InlineArray(repeating: .nan)
        used = 0
    }

    /// Forecasts in the models' order; at most `capacity`.
    public init(_ forecasts: [ModelForecast]) {
        self.init()
        for forecast in forecasts {
            append(predicted: forecast.predicted ?? .nan, low: forecast.low ?? .nan, high: forecast.high ?? .nan)
        }
    }

    /// Adds the next model's forecast; what is not finite becomes nil.
    mutating func append(predicted: Double, low: Double, high: Double) {
        precondition(used < Self.capacity, "more models than there are")
        numbers[3 * used] = predicted.isFinite ? predicted : .nan
        numbers[3 * used + 1] = low.isFinite ? low : .nan
        numbers[3 * used + 2] = high.isFinite ? high : .nan
        used += 1
    }

    /// The first index.
    public var startIndex: Int { 0 }
    /// How many models forecast.
    public var endIndex: Int { used }

    /// The forecast of the model at a place in the models' order.
    public subscript(position: Int) -> ModelForecast {
        precondition(position < used, "no such model")
        return ModelForecast(
            predicted: numbers[3 * position], low: numbers[3 * position + 1], high: numbers[3 * position + 2])
    }

    /// The number at a place in storage: predicted, low, high of each model in turn; NaN if there is none.
    func number(_ place: Int) -> Double { numbers[place] }

    /// Bit equality.
    public static func == (left: ModelForecasts, right: ModelForecasts) -> Bool {
        guard left.used == right.used else { return false }
        for place in 0..<(3 * left.used)
        where left.numbers[place].bitPattern != right.numbers[place].bitPattern
            && !(left.numbers[place].isNaN && right.numbers[place].isNaN)
        {
            return false
        }
        return true
    }
}
