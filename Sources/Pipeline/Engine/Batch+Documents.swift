import Forecast
import TradeModel

extension Batch {
    /// Appends a `trades` document, without its flag, which is set beside the predictions.
    mutating func appendTrade(
        _ incoming: IncomingTrade, identity: TradeIdentity, record: SourceRecord, topic: String, at now: Int64
    ) {
        let trade = incoming.trade
        trades.begin()
        trades.string("_id") { identity.append(to: &$0) }
        trades.string("s", trade.symbol)
        trades.double("p", trade.price.value)
        trades.double("v", trade.volume.value)
        trades.date("t", trade.time)
        switch trade.conditions {
        case .absent: break
        case .null: trades.null("c")
        case .codes(let codes):
            trades.beginArray("c")
            for (index, code) in codes.enumerated() { trades.string(at: index, code) }
            trades.end()
        }
        if let header = incoming.header {
            trades.int64("rx", header.receive)
            if let segment = header.segment { trades.int64("seg", segment) }
        }
        trades.append(
            RecordPlace(topic: topic, partition: record.partition, offset: record.offset, timestamp: record.timestamp))
        trades.date("at", now)
        trades.end()
    }

    /// Appends a `predictions` document: written once, when resolved.
    mutating func appendPrediction(
        _ prediction: Prediction, symbol: String, model: String, horizon: String, level: Double, place: RecordPlace,
        at now: Int64
    ) {
        let forecast = prediction.forecasts.first
        predictions.begin()
        predictions.string("_id") {
            prediction.origin.append(to: &$0)
            $0.append(UInt8(ascii: "|"))
            $0 += model.utf8
        }
        predictions.string("s", symbol)
        predictions.string("m", model)
        predictions.string("h", horizon)
        predictions.beginDocument("origin")
        predictions.date("t", prediction.originTime)
        predictions.double("p", prediction.originPrice)
        predictions.end()
        if let target = prediction.target, let time = prediction.targetTime {
            predictions.beginDocument("target")
            predictions.string("id") { target.append(to: &$0) }
            predictions.date("t", time)
            predictions.end()
        }
        predictions.double("actual", orNull: prediction.actual)
        predictions.double("predicted", orNull: forecast?.predicted)
        predictions.double("low", orNull: forecast?.low)
        predictions.double("high", orNull: forecast?.high)
        predictions.double("level", level)
        var error: Double?
        if let actual = prediction.actual, let predicted = forecast?.predicted { error = actual - predicted }
        predictions.double("error", orNull: error)
        switch prediction.outcome {
        case .scored: predictions.string("status", "scored")
        case .warmup: predictions.string("status", "warm-up")
        case .censored(let reason):
            predictions.string("status", "censored")
            predictions.string("reason", reason.rawValue)
        }
        predictions.append(place)
        predictions.date("at", now)
        predictions.end()
    }
}

extension DocumentBuffer {
    /// Appends `k`.
    mutating func append(_ place: RecordPlace) {
        beginDocument("k")
        string("tp", place.topic)
        int32("pt", place.partition)
        int64("of", place.offset)
        date("ts", place.timestamp)
        end()
    }
}
