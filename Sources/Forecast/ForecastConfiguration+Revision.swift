import Digest
import JSONText

extension ForecastConfiguration {
    /// The configuration in canonical JSON (RFC 8785), as reports state it and revisions hash it.
    public var canonicalJSON: String { json.canonical }

    /// The configuration as a JSON value.
    ///
    /// `calendar` says that every symbol trades continuously; a calendar of sessions will name its version there.
    public var json: JSONValue {
        [
            "algorithm": JSONValue(Self.algorithm),
            "calendar": "continuous",
            "every": .string(originRule.token),
            "features": "default",
            "future_ms": .int(futureMilliseconds),
            "horizon": .string(horizon.token),
            "interval": "empirical",
            "lambda": .double(lambda),
            "lateness_ms": .int(latenessMilliseconds),
            "level_permille": JSONValue(levelPermille),
            "max_pending": JSONValue(maxPending),
            "max_silence_ms": .int(maxSilenceMilliseconds),
            "odd_lots": .bool(oddLots),
            "ridge": .double(ridge),
            "target": "return_bps",
            "warmup": JSONValue(warmup),
        ]
    }

    /// What stands after the colon in `ols:<revision>`: it changes whenever a prediction could.
    ///
    /// - Returns: the first 12 hexadecimal digits of SHA-256 over the canonical JSON, the model's name included.
    public func revision(of model: ForecastModel) -> String {
        let subject: JSONValue = ["configuration": json, "model": .string(model.rawValue)]
        return String(SHA256.hex(of: subject.canonical).prefix(12))
    }
}
