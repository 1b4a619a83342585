import Diagnostics
import JSONText
import Mongo

/// Keeps `latest` close to what was just computed, and tells the log how far the run is.
///
/// Outside the promise: at most ten times a second, without retries, on a thread of its own.
struct LiveView: Sendable {
    let store: any PipelineStore
    let model: String
    let totals: Totals
    let exchange: Exchange
    let log: Log
    let now: @Sendable () -> Int64

    func run() {
        let clock = ContinuousClock()
        var told = clock.now
        var flushed = 0
        var pause = Duration.milliseconds(100)
        while exchange.sleep(pause) {
            let start = clock.now
            publish()
            // What takes long is done less often: the view must not slow what it shows.
            pause = max(.milliseconds(100), (clock.now - start) * 9)
            if clock.now - told >= .seconds(10) {
                let count = totals.flushed
                let seconds = Double((clock.now - told).components.seconds)
                log.say(
                    .info, "progress",
                    [
                        "records": JSONValue(count),
                        "perSecond": JSONValue(Int(Double(count - flushed) / max(1, seconds))),
                    ])
                told = clock.now
                flushed = count
            }
        }
        publish()
    }

    private func publish() {
        let documents = totals.takeNews().map { symbol, latest, offset in
            var out = BSONDocument()
            out.append("_id", "\(symbol)|\(model)")
            out.append("s", symbol)
            out.append("m", model)
            out.append("t", date: latest.time)
            out.append("p", latest.price)
            out.append("predicted", orNull: latest.forecast?.predicted)
            out.append("low", orNull: latest.forecast?.low)
            out.append("high", orNull: latest.forecast?.high)
            out.append("error", orNull: latest.error)
            out.append("n", latest.trades)
            out.append("of", offset)
            out.append("at", date: now())
            return out
        }
        guard !documents.isEmpty else { return }
        do throws(StoreFault) {
            try store.publish(latest: documents)
        } catch {
            log.say(.debug, "latest-failed", ["error": .string("\(error)")])
        }
    }
}
