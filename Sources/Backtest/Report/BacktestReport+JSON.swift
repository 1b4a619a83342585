import Forecast
import JSONText

extension BacktestReport {
    /// The report in canonical JSON (RFC 8785), one line without LF; 64-bit integers beyond 2^53 are strings.
    ///
    /// Keys, besides those that name themselves:
    /// - `schema`: number of this form.
    /// - `model`: `ols:<revision>`; `configuration`: every option that reached a prediction.
    /// - `tape`: `hash` (see `TapeAccount.hash`), streams, counts of lines and of what was refused, `truncation`.
    /// - `counts`, and per symbol: trades = eligible + late + future + Σ dropped (by rule); origins = scored + warm_up +
    ///   Σ censored (by reason).
    /// - `symbols[]`: `scores[]` per model, `regression` (final coefficients of `ols`, bps of return per unit of feature,
    ///   with classical standard errors), `overlap` q, `lags` M.
    /// - `scores[].metrics.NAME`: `value`, or null with `reason`; `lo` and `hi`, 95 % bounds, where the measure has them;
    ///   `symbols`, how many stand behind a `macro` mean.
    /// - `micro`, `macro`: `errors_in` says whether ratios such as `relmae` are of errors in `price` or `bps`.
    /// - `gates[]`, `comparison`.
    public var json: String { value.canonical }

    /// The report as a JSON value.
    public var value: JSONValue {
        [
            "comparison": comparison?.json ?? .null,
            "configuration": configuration.json,
            "counts": counts.json,
            "gates": .array(gates.map(\.json)),
            "horizon": .string(configuration.horizon.text),
            "macro": ["errors_in": "price", "scores": .array(macro.map(\.json))],
            "micro": [
                "errors_in": symbols.count > 1 ? "bps" : "price", "scores": .array(micro.map(\.json)),
            ],
            "min_n": JSONValue(minimumPoints),
            "model": .string(model),
            "schema": JSONValue(Self.schema),
            "statistics": ["bounds": "95% delta method, HAC Bartlett", "dm_variance": .string(variance.rawValue)],
            "symbols": .array(symbols.map(\.json)),
            "tape": tape.json,
        ]
    }
}
