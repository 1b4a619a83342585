import Forecast
import Mongo
import TradeModel

extension SymbolState {
    /// Reads a stored state.
    init(_ stored: StateDocument, settings: Forecaster.Settings) throws(PipelineError) {
        do {
            let document = stored.document
            let parts = try Self.parts(document)
            self.init(symbol: stored.symbol, forecaster: try Forecaster(parts, settings: settings))
            offset = stored.offset
            if let last = document["last"]?.document {
                self.last = Last(
                    stream: try last.string("stream"), sequence: try last.integer("seq"),
                    index: Int32(truncatingIfNeeded: try last.integer("i")))
            }
        } catch let error as PipelineError {
            throw error
        } catch {
            throw PipelineError(
                .corrupt,
                "state \(stored.id) cannot be read: \(error); restore it, or `tapedeck pipeline reset` and replay the tapes"
            )
        }
    }

    /// The document of pipeline.md, section 3, as of now.
    func document(checkpoint: String) -> StateDocument {
        let parts = forecaster.parts
        var out = BSONDocument(capacity: 512 + parts.model.count + parts.windows.count + parts.pending.count * 320)
        out.append("_id", "\(checkpoint)|\(symbol)")
        out.append("cp", checkpoint)
        out.append("s", symbol)
        out.append("of", offset)
        if let last {
            let identity: BSONDocument = [
                "stream": .string(last.stream), "seq": .int64(last.sequence), "i": .int32(last.index),
            ]
            out.append("last", identity)
        } else {
            out.appendNull("last")
        }
        out.append("n", parts.n)
        if let tau = parts.tau { out.append("tau", date: tau) } else { out.appendNull("tau") }
        if let segment = parts.segment { out.append("seg", segment) } else { out.appendNull("seg") }
        out.append("session", parts.session)
        out.append("counts", Self.document(of: parts.counts))
        out.append("model", binary: parts.model)
        out.append("windows", binary: parts.windows)
        out.append("pending", documents: parts.pending.map(Self.document(of:)))
        return StateDocument(symbol: symbol, offset: offset, document: out)
    }

    private static func document(of counts: ForecastCounts) -> BSONDocument {
        [
            "origins": .int64(counts.origins), "scored": .int64(counts.scored), "warmup": .int64(counts.warmup),
            "censored": .int64(counts.censored), "refused": .int64(counts.refused), "late": .int64(counts.late),
            "future": .int64(counts.future), "backfill": .int64(counts.backfill),
        ]
    }

    private static func document(of pending: PendingOrigin) -> BSONDocument {
        var out = BSONDocument(capacity: 160 + pending.x.count)
        out.append("id", pending.origin.text)
        out.append("t", date: pending.time)
        out.append("p", pending.price)
        let forecast = pending.forecasts.first
        out.append("predicted", orNull: forecast?.predicted)
        out.append("low", orNull: forecast?.low)
        out.append("high", orNull: forecast?.high)
        out.append("x", binary: pending.x)
        return out
    }

    private static func parts(_ document: BSONDocument) throws -> SymbolStateParts {
        let stored = try document.document("counts")
        var counts = ForecastCounts()
        counts.origins = try stored.integer("origins")
        counts.scored = try stored.integer("scored")
        counts.warmup = try stored.integer("warmup")
        counts.censored = try stored.integer("censored")
        counts.refused = try stored.integer("refused")
        counts.late = try stored.integer("late")
        counts.future = try stored.integer("future")
        counts.backfill = try stored.integer("backfill")
        var pending: [PendingOrigin] = []
        for value in try document.array("pending") {
            guard let one = value.document else { throw BSONError.missing(key: "pending") }
            let id = try one.string("id")
            guard let origin = TradeIdentity(documentID: id) else {
                throw PipelineError(.corrupt, "\(id) in `pending` is no trade identity")
            }
            pending.append(
                PendingOrigin(
                    origin: origin, time: try one.date("t"), price: try one.double("p"),
                    forecasts: ModelForecasts([
                        ModelForecast(
                            predicted: one["predicted"]?.double, low: one["low"]?.double, high: one["high"]?.double)
                    ]), x: try one.binary("x")))
        }
        return SymbolStateParts(
            n: try document.integer("n"), tau: document["tau"]?.date, segment: document["seg"]?.integer,
            session: Int32(truncatingIfNeeded: try document.integer("session")), counts: counts,
            model: try document.binary("model"), windows: try document.binary("windows"), pending: pending)
    }
}
