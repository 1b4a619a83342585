import Replayer
import WebSocket

/// What `replay` takes.
enum ReplayOptions {
    static let partitions = CommandOption(
        "partitions", .integer("N", 1...10_000), usual: false, help: "make a missing topic with so many partitions")
    static let symbols = CommandOption("symbols", .symbols, help: "trades of these symbols only")
    static let endMarker = CommandOption(
        switch: "end-marker", help: "write one last record to each partition, for pipeline --until-marker")
    static let form = CommandOption(
        "as", ValueKind<RecordForm>.choice("FORM"), default: "trades", usual: false,
        help: "one record a trade, or each frame as it came without key and header, to partition 0")
    static let pace = CommandOption(
        "pace", ValueKind<ReplayPace>.choice("TIME"), default: "receive", usual: false,
        help: "which time paces: receipt, or the largest trade time so far")
    static let duration = CommandOption(
        "duration", .duration(.zero...(.seconds(31_536_000))), usual: false, help: "length of the window from its start"
    )
    static let maxGap = CommandOption(
        "max-gap", .duration(.zero...(.seconds(31_536_000))), usual: false,
        help: "quiet spans last at most this much of tape time")
    static let loop = CommandOption(
        "loop", .integer("N", 0...999_999), default: "1",
        help: "play so often, laps above the first as stream ID~N; 0: for ever")
    static let loopDelay = CommandOption(
        "loop-delay", .duration(.zero...(.seconds(86_400))), default: "0s", usual: false, help: "pause between laps")
    static let delay = CommandOption(
        "delay", .duration(.zero...(.seconds(86_400))), default: "0s", usual: false, help: "pause before the first lap")
    static let shiftTo = CommandOption(
        "shift-to", .shift, usual: false,
        help: "move all times by one constant (whole seconds), so that the first frame happens then")
    static let stream = CommandOption(
        "stream", .stream, usual: false, help: "publish under another stream id: a deliberate second run")
    static let sameStream = CommandOption(
        switch: "same-stream", usual: false, help: "laps keep the stream's id, so that the pipeline drops them as seen")
    static let startPaused = CommandOption(
        switch: "start-paused", usual: false, help: "wait for resume before the first record")
    static let step = CommandOption(
        switch: "step", usual: false, help: "start paused, to play one frame per key or POST /step")
    static let dryRun = CommandOption(
        switch: "dry-run", help: "connect to nothing: print counts, gaps, disorder and the predicted duration")
    static let timestamp = CommandOption(
        "timestamp", ValueKind<RecordTimestamp>.choice("TIME"), default: "publish", usual: false,
        help: "Kafka's timestamp of a record; old ones make brokers delete by retention")
    static let overload = CommandOption(
        "overload", ValueKind<OverloadPolicy>.choice("POLICY"), default: "slow", usual: false,
        help: "when Kafka's queue is full: hold the clock, drop and count (exit 3), or fail")
    static let checkpoint = CommandOption(
        "checkpoint", .path, help: "resume behind what this file says, and keep it current every second")
    static let waitGroup = CommandOption(
        "wait-group", .group, usual: false, help: "start once this consumer group has a member")
    static let untilConsumed = CommandOption(
        "until-consumed", .group, usual: false, help: "end once this group has committed all that was published")
    static let follow = CommandOption(
        switch: "follow", usual: false, help: "go on with a tape that is being written, until it is closed")
    static let failIf = CommandOption(
        "fail-if", .reportGate, usual: false, repeats: true, help: "exit 4 if this holds for the report")
    static let listen = CommandOption(
        "listen", .socket, help: "serve controls and status over HTTP, to this machine only; by flag only")
    static let readyFile = CommandOption(
        "ready-file", .path, usual: false, help: "write the address of --listen here once it answers")

    static let specs =
        [
            KafkaOptions.brokers.spec, KafkaOptions.topic.spec, partitions.spec, PlayOptions.speed.spec,
            PlayOptions.perSecond.spec, form.spec, symbols.spec,
        ] + WindowOptions.times
        + [
            duration.spec, maxGap.spec, loop.spec, loopDelay.spec, delay.spec, shiftTo.spec, dryRun.spec,
            endMarker.spec, checkpoint.spec, listen.spec, readyFile.spec, failIf.spec, pace.spec, startPaused.spec,
            step.spec, follow.spec, stream.spec, sameStream.spec, timestamp.spec, overload.spec, waitGroup.spec,
            untilConsumed.spec, TapeOptions.skipBad.spec, KafkaOptions.option.spec, KafkaOptions.waitForServers.spec,
        ]

    /// What the settings ask for.
    static func configuration(_ settings: Settings) throws(UsageError) -> ReplayConfiguration {
        var configuration = ReplayConfiguration(
            tapes: settings.arguments, kafka: KafkaOptions.configuration(settings),
            topic: settings[KafkaOptions.topic], partitions: settings.value(partitions),
            speed: try PlayOptions.speed(settings), symbols: settings.value(symbols).map(Set.init),
            start: settings.value(WindowOptions.start)?.bound, end: settings.value(WindowOptions.end)?.bound,
            endMarker: settings[endMarker], contactTimeout: settings[KafkaOptions.waitForServers])
        configuration.form = settings[form]
        configuration.pace = settings[pace]
        configuration.duration = settings.value(duration)
        configuration.maximumGap = settings.value(maxGap)
        configuration.laps = settings[loop]
        configuration.loopDelay = settings[loopDelay]
        configuration.delay = settings[delay]
        configuration.shift = settings.value(shiftTo)
        configuration.publishedStream = settings.value(stream)
        configuration.sameStream = settings[sameStream]
        configuration.timestamp = settings[timestamp]
        configuration.overload = settings[overload]
        configuration.startsPaused = settings[startPaused] || settings[step]
        configuration.checkpoint = settings.value(checkpoint)
        configuration.waitGroup = settings.value(waitGroup)
        configuration.untilConsumed = settings.value(untilConsumed)
        configuration.follows = settings[follow]
        configuration.reader.skipsBadLines = settings[TapeOptions.skipBad]
        return configuration
    }
}

extension TapeMoment {
    /// The bound of a window.
    var bound: ReplayBound {
        switch self {
        case .instant(let time): .instant(time)
        case .offset(let distance): .offset(distance)
        }
    }
}

extension ValueKind where Value == ReplayShift {
    /// Now, or an instant.
    static let shift = Self("TIME", accepted: "now, or an RFC 3339 instant such as 2024-08-09T13:30:00Z") { text in
        text == "now" ? .now : InstantText.nanoseconds(text).map(ReplayShift.instant)
    }
}

extension ValueKind where Value == ReportGate {
    /// A condition on the report.
    static let reportGate = Self("GATE", accepted: ReportGate.accepted) { ReportGate($0) }
}
