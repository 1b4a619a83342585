/// What of a replay's configuration the engine needs.
struct EngineSettings: Sendable {
    var speed = ReplaySpeed.rate(.one)
    var form = RecordForm.trades
    var pace = ReplayPace.receive
    /// Longest quiet span in ns of tape time.
    var maximumGap: Int64?
    /// Receive times played; for sources whose reader cannot be asked for a window.
    var window: Range<Int64>?
    var timestamp = RecordTimestamp.publish
    var overload = OverloadPolicy.slow
    var startsPaused = false
    /// How long the broker takes to answer a question.
    var roundTrip: Duration = .zero
    /// Whether a seek can be obeyed.
    var canSeek = true
    /// Names and times of what is published.
    var naming = StreamNaming()
}
