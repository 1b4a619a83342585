import TradeModel

extension SymbolForecast {
    /// The state in the parts of a states document.
    public var parts: SymbolStateParts {
        SymbolStateParts(
            n: eligibleTrades, tau: clock, segment: segment, session: 0, counts: counts, model: modelBytes,
            windows: windowBytes, pending: (0..<pending.count).map(pending.origin(at:)))
    }

    /// Continues from stored parts, bit for bit.
    ///
    /// - Parameters:
    ///   - configuration: the configuration the state was made with.
    ///   - models: the models it was made with, in the same order.
    ///   - parts: what `parts` gave.
    /// - Throws: `ForecastError.badState` for bytes that no `parts` of this configuration gave; never traps.
    public init(
        configuration: ForecastConfiguration, models: [ForecastModel], parts: SymbolStateParts
    ) throws(ForecastError) {
        self.init(configuration: configuration, models: models)
        guard parts.session == 0 else { throw .badState(part: "session", offset: 0, detail: "not 0") }
        guard (0...(1 << 62)).contains(parts.n) else { throw .badState(part: "n", offset: 0, detail: "out of range") }
        guard parts.counts.fields.allSatisfy({ (0...(1 << 62)).contains($0) }) else {
            throw .badState(part: "counts", offset: 0, detail: "out of range")
        }
        eligibleTrades = parts.n
        clock = parts.tau
        segment = parts.segment
        counts = parts.counts
        try decodeModel(parts.model)
        try decodeWindows(parts.windows)
        try take(parts.pending)
    }

    /// The whole state as bytes, for a file; little-endian, versioned.
    public var encoded: [UInt8] {
        let parts = parts
        var out = StateWriter()
        out.append(byte: Self.stateVersion)
        out.append(parts.n)
        out.append(parts.tau)
        out.append(parts.segment)
        out.append(Int64(parts.session))
        for count in parts.counts.fields { out.append(count) }
        out.append(parts.model)
        out.append(parts.windows)
        out.append(Int64(parts.pending.count))
        for origin in parts.pending {
            out.append(origin.origin)
            out.append(origin.time)
            out.append(origin.price)
            for place in 0..<(3 * models.count) { out.append(origin.forecasts.number(place)) }
            out.append(origin.x)
        }
        return out.bytes
    }

    /// Continues from `encoded`, bit for bit.
    ///
    /// - Throws: `ForecastError.badState` for bytes that no `encoded` of this configuration gave; never traps.
    public init(
        configuration: ForecastConfiguration, models: [ForecastModel], encoded: [UInt8]
    ) throws(ForecastError) {
        var reader = StateReader(encoded, part: "state")
        guard try reader.byte() == Self.stateVersion else { throw reader.failure("an unknown version") }
        let n = try reader.integer()
        let tau = try reader.optionalInteger()
        let segment = try reader.optionalInteger()
        let session = try reader.integer(in: 0...0, "the session")
        let counts = try ForecastCounts(from: &reader)
        let model = try reader.blob()
        let windows = try reader.blob()
        let count = try reader.integer(in: 0...Int64(configuration.maxPending), "the number pending")
        var pending: [PendingOrigin] = []
        for _ in 0..<count {
            let origin = try reader.identity()
            let time = try reader.integer()
            let price = try reader.double()
            var forecasts = ModelForecasts()
            for _ in models {
                forecasts.append(
                    predicted: try reader.double(), low: try reader.double(), high: try reader.double())
            }
            pending.append(
                PendingOrigin(origin: origin, time: time, price: price, forecasts: forecasts, x: try reader.blob()))
        }
        try reader.end()
        try self.init(
            configuration: configuration, models: models,
            parts: SymbolStateParts(
                n: n, tau: tau, segment: segment, session: Int32(session), counts: counts, model: model,
                windows: windows, pending: pending))
    }

    private var modelBytes: [UInt8] {
        var out = StateWriter()
        out.append(byte: Self.stateVersion)
        for place in 0..<models.count {
            out.append(models[place].rawValue)
            errors[place].encode(to: &out)
            regression(of: models[place])?.encode(to: &out)
        }
        return out.bytes
    }

    private mutating func decodeModel(_ bytes: [UInt8]) throws(ForecastError) {
        var reader = StateReader(bytes, part: "model")
        guard try reader.byte() == Self.stateVersion else { throw reader.failure("an unknown version") }
        for place in 0..<models.count {
            guard try reader.text() == models[place].rawValue else {
                throw reader.failure("not the model \(models[place].rawValue)")
            }
            try errors[place].decode(from: &reader)
            switch models[place] {
            case .ols: try ols?.decode(from: &reader)
            case .ar1: try ar1?.decode(from: &reader)
            case .last, .drift, .ewma: break
            }
        }
        try reader.end()
    }

    private var windowBytes: [UInt8] {
        var out = StateWriter()
        out.append(byte: Self.stateVersion)
        out.append(byte: stream == nil ? 0 : 1)
        if let stream { out.append(stream) }
        out.append(originCell)
        out.append(byte: label == nil ? 0 : 1)
        if let label {
            out.append(label.identity)
            out.append(label.time)
            out.append(label.price)
        }
        windows.encode(to: &out)
        return out.bytes
    }

    private mutating func decodeWindows(_ bytes: [UInt8]) throws(ForecastError) {
        var reader = StateReader(bytes, part: "windows")
        guard try reader.byte() == Self.stateVersion else { throw reader.failure("an unknown version") }
        if try reader.flag() { stream = try reader.text() }
        originCell = try reader.optionalInteger()
        if try reader.flag() {
            label = Label(identity: try reader.identity(), time: try reader.integer(), price: try reader.double())
        }
        windows = try FeatureWindows(from: &reader)
        try reader.end()
    }

    private mutating func take(_ origins: [PendingOrigin]) throws(ForecastError) {
        guard origins.count <= configuration.maxPending else {
            throw .badState(part: "pending", offset: 0, detail: "\(origins.count) are more than --max-pending")
        }
        for origin in origins {
            guard origin.forecasts.count == models.count else {
                throw .badState(
                    part: "pending", offset: 0,
                    detail: "\(origin.forecasts.count) forecasts, not \(models.count)")
            }
            try pending.append(origin)
        }
    }
}

extension ForecastCounts {
    /// Reads the counts in the order of `fields`.
    init(from reader: inout StateReader) throws(ForecastError) {
        let range: ClosedRange<Int64> = 0...(1 << 62)
        origins = try reader.integer(in: range, "a count")
        scored = try reader.integer(in: range, "a count")
        warmup = try reader.integer(in: range, "a count")
        censored = try reader.integer(in: range, "a count")
        refused = try reader.integer(in: range, "a count")
        late = try reader.integer(in: range, "a count")
        future = try reader.integer(in: range, "a count")
        backfill = try reader.integer(in: range, "a count")
    }
}
