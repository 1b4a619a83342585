import Replayer

/// What `exchange` takes.
enum ExchangeOptions {
    static let listen = CommandOption("listen", .socket, default: "127.0.0.1:8765", help: "where clients connect")
    static let readyFile = CommandOption("ready-file", .path, help: "write the address here once it answers")
    static let loop = CommandOption(
        "loop", .integer("N", 0...1_000_000), default: "1", help: "play the tape so often; 0: for ever")
    static let atEnd = CommandOption(
        "at-end", ValueKind<ExchangeConfiguration.AtEnd>.choice("WHAT"), default: "close",
        help: "what follows: close drops the client without a close frame, idle sends pings, loop plays again")
    static let waitSubscribed = CommandOption(
        switch: "wait-subscribed", help: "play only once every symbol of the tape is subscribed to")
    static let shared = CommandOption(
        switch: "shared",
        help: "one market for all clients: latecomers miss what has passed, clients that are too slow are dropped")
    static let follow = CommandOption(
        switch: "follow",
        help: "re-serve a capture in progress to many clients: the argument is its tape, or the folder of captures")
    static let maxSymbols = CommandOption(
        "max-symbols", .integer("N", 1...100_000), default: "50", help: "symbols that one client may subscribe to")
    static let fault = CommandOption(
        "fault", .fault, repeats: true, help: "do something wrong on purpose; logged with the message's seq")
    static let seed = CommandOption(
        "seed", .seed, default: "1", usual: false, help: "seed of faults with a probability")
    static let pingEvery = CommandOption(
        "ping-every", .duration(.milliseconds(10)...(.seconds(3600))), default: "60s", usual: false,
        help: "how often a client gets a ping while no tape plays for it")
    static let token = CommandOption(
        "exchange-token", .text("TOKEN"), help: "the token that clients must bring; none takes any"
    ).secret()

    static let specs = [
        listen.spec, readyFile.spec, PlayOptions.speed.spec, PlayOptions.perSecond.spec, loop.spec, atEnd.spec,
        waitSubscribed.spec, shared.spec, follow.spec, maxSymbols.spec, fault.spec, seed.spec, pingEvery.spec,
        TapeOptions.stream.spec, TapeOptions.skipBad.spec, token.spec,
    ]

    /// What the settings ask for.
    static func configuration(_ settings: Settings) throws(UsageError) -> ExchangeConfiguration {
        var configuration = ExchangeConfiguration(tapes: settings.arguments, listen: settings[listen])
        configuration.speed = try PlayOptions.speed(settings)
        configuration.laps = settings[loop]
        configuration.atEnd = settings[atEnd]
        configuration.waitsForSubscriptions = settings[waitSubscribed]
        configuration.isShared = settings[shared]
        configuration.follows = settings[follow]
        if configuration.follows {
            try settings.refuseBoth(follow, PlayOptions.speed)
            try settings.refuseBoth(follow, PlayOptions.perSecond)
        }
        configuration.maximumSymbols = settings[maxSymbols]
        configuration.faults = settings.values(fault)
        configuration.seed = settings[seed]
        configuration.pingInterval = settings[pingEvery]
        configuration.token = settings.value(token)
        configuration.reader.stream = settings.value(TapeOptions.stream)
        configuration.reader.skipsBadLines = settings[TapeOptions.skipBad]
        return configuration
    }
}

extension ValueKind where Value == ExchangeFault {
    /// A kind and when it happens.
    static let fault = Self(
        "KIND@WHEN",
        accepted:
            "\(ExchangeFault.Kind.allCases.map(\.rawValue).joined(separator: ", ")) at seq=N, +DURATION of tape time"
            + " or p=PROBABILITY, such as drop@seq=500, stall@+90s or duplicate@p=0.001"
    ) { text in
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let kind = ExchangeFault.Kind(rawValue: parts[0]) else { return nil }
        let when = parts[1]
        if when.hasPrefix("seq=") {
            guard let number = Digits.integer(String(when.dropFirst(4))), number >= 0 else { return nil }
            return ExchangeFault(kind, at: .sequence(number))
        }
        if when.hasPrefix("p=") {
            guard let probability = Digits.decimal(String(when.dropFirst(2))), (0...1).contains(probability) else {
                return nil
            }
            return ExchangeFault(kind, at: .probability(probability))
        }
        guard when.hasPrefix("+"), let distance = DurationText.nanoseconds(String(when.dropFirst())) else { return nil }
        return ExchangeFault(kind, at: .offset(distance))
    }
}
