import Kafka
import Recorder
import Replayer
import Tape
import WebSocket

/// What `record` takes.
enum RecordOptions {
    static let symbols = CommandOption("symbols", .symbols, help: "what to subscribe")
    static let symbolsFile = CommandOption(
        "symbols-file", .path, help: "more symbols, one a line, # for comments; read again on SIGHUP")
    static let folder = CommandOption("folder", .folder, default: ".", help: "where the tapes go; it must exist")
    static let name = CommandOption(
        "name", .tapeName, default: "finnhub", usual: false, help: "first part of the tapes' names")
    static let url = CommandOption("url", .feed, default: "wss://ws.finnhub.io/", help: "the server")
        .hiding({ $0.prefix { $0 != "?" } + ($0.contains("?") ? "?***" : "") }, unfitForFlag: { $0.contains("?") })
    static let token = CommandOption("token", .token, help: "the server's key").known(as: "FINNHUB_TOKEN").secret()
    static let caFile = CommandOption(
        "ca-file", .path, usual: false, help: "trust the authorities of this PEM file, not the system's")
    static let stall = CommandOption(
        "stall", .duration(.seconds(5)...(.seconds(86_400))), default: "150s", usual: false,
        help: "reconnect after this without any message")

    static let fsync = CommandOption("fsync", .sync, default: "1s", usual: false, help: "what a power cut may take")
    static let level = CommandOption(
        "level", .integer("N", 1...9), default: "6", usual: false, help: "compression, 1 quick to 9 small")
    static let memberSize = CommandOption(
        "member-size", .size(1 << 10...4 << 20), default: "256KiB", usual: false, help: "text of a member at most")
    static let memberTime = CommandOption(
        "member-time", .duration(.milliseconds(1)...(.seconds(86_400))), default: "60s", usual: false,
        help: "a member's time at most")
    static let rotateSize = CommandOption(
        "rotate-size", .size(64 << 10...1 << 40), default: "256MiB", help: "begin a part before the file is larger")
    static let rotateTime = CommandOption(
        "rotate-time", .duration(.seconds(1)...(.seconds(31_536_000))), usual: false,
        help: "begin a part at each multiple of this; each UTC day begins one anyway")
    static let keepSize = CommandOption(
        "keep-size", .size(0...1 << 50), usual: false, help: "delete the oldest parts beyond this")
    static let keepAge = CommandOption(
        "keep-age", .duration(.seconds(1)...(.seconds(3_153_600_000))), usual: false,
        help: "delete parts older than this")
    static let keepFree = CommandOption(
        "keep-free", .size(0...1 << 50), usual: false, help: "delete the oldest parts while less than this is free")
    static let minFree = CommandOption(
        "min-free", .size(0...1 << 50), default: "1GiB", usual: false,
        help: "store nothing while less than this is free")
    static let hook = CommandOption(
        "hook", .text("CMD", accepted: "a command for /bin/sh"),
        help: "run for part-closed, gap, stalled, low-disk with one JSON line on standard input")
    static let keepUntilHooked = CommandOption(
        switch: "keep-until-hooked", usual: false, help: "delete only parts whose hook ended with 0")

    static let publish = CommandOption(switch: "publish", help: "publish to Kafka too")
    static let form = CommandOption("as", .form, default: "trades", help: "what becomes a Kafka record")
    static let partitions = CommandOption(
        "partitions", .integer("N", 1...1000), usual: false, help: "make a missing topic with so many")

    static let listen = CommandOption("listen", .socket, help: "serve /metrics, /livez, /readyz, /status")
    static let readyFile = CommandOption(
        "ready-file", .path, usual: false, help: "write the address here once it answers")
    static let logEvery = CommandOption(
        "log-every", .duration(.seconds(1)...(.seconds(86_400))), default: "60s", usual: false,
        help: "log the state of things this often")

    static let specs: [OptionSpec] =
        [symbols.spec, symbolsFile.spec, folder.spec, name.spec, url.spec, token.spec]
        + [caFile.spec, stall.spec, fsync.spec, level.spec, memberSize.spec, memberTime.spec]
        + [rotateSize.spec, rotateTime.spec, keepSize.spec, keepAge.spec, keepFree.spec, minFree.spec]
        + [hook.spec, keepUntilHooked.spec, publish.spec, form.spec]
        + [KafkaOptions.brokers.spec, KafkaOptions.topic.spec, partitions.spec, KafkaOptions.option.spec]
        + [listen.spec, readyFile.spec, logEvery.spec]

    /// What the settings mean.
    static func configuration(_ settings: Settings) throws -> RecorderConfiguration {
        guard settings.value(symbols) != nil || settings.value(symbolsFile) != nil else {
            throw UsageError.missingOption(flag: "--symbols", accepted: symbols.spec.accepted)
        }
        let server = settings[url]
        let key = settings.value(token)
        if key == nil, server.host.hasSuffix("finnhub.io") {
            throw CommandFailure(
                "no key: set FINNHUB_TOKEN, or FINNHUB_TOKEN_FILE to a file that holds it", code: .usage)
        }
        if settings[keepUntilHooked], settings.value(hook) == nil {
            throw CommandFailure("--keep-until-hooked without --hook would keep everything: give a hook", code: .usage)
        }
        if !settings[publish], settings.origin(form) == .flag {
            throw CommandFailure("--as says how to publish: add --publish", code: .usage)
        }
        return RecorderConfiguration(
            url: server, token: key, caFile: settings.value(caFile), symbols: settings.value(symbols) ?? [],
            symbolsFile: settings.value(symbolsFile), capture: capture(settings), stall: settings[stall],
            hook: settings.value(hook), keepUntilHooked: settings[keepUntilHooked], listen: settings.value(listen),
            publish: settings[publish] ? publishing(settings) : nil, logInterval: settings[logEvery],
            version: Versions.tapedeck)
    }

    private static func capture(_ settings: Settings) -> TapeCaptureConfiguration {
        TapeCaptureConfiguration(
            folder: settings[folder], name: settings[name], sync: settings[fsync], level: settings[level],
            memberSize: settings[memberSize], memberTime: settings[memberTime],
            rotateSize: Int64(settings[rotateSize]), rotateTime: settings.value(rotateTime),
            keepSize: settings.value(keepSize).map(Int64.init), keepAge: settings.value(keepAge),
            keepFree: settings.value(keepFree).map(Int64.init), minimumFree: Int64(settings[minFree]))
    }

    private static func publishing(_ settings: Settings) -> PublishConfiguration {
        PublishConfiguration(
            kafka: KafkaOptions.configuration(settings), topic: settings[KafkaOptions.topic],
            partitions: settings.value(partitions), form: settings[form])
    }
}

extension ValueKind where Value == String {
    /// An existing folder; whether it exists is found out when it is used.
    static let folder = text("DIR", accepted: "the path of a folder")

    /// First part of tapes' names.
    static let tapeName = Self("NAME", accepted: "1 to 100 letters, digits, '-', '.', '~', '+', no '.' first") { text in
        text.wholeMatch(of: #/[A-Za-z0-9~+-][A-Za-z0-9.~+-]{0,99}/#) != nil ? text : nil
    }
}

extension ValueKind where Value == WebSocketURL {
    /// A WebSocket server.
    static let feed = Self("URL", accepted: "ws://HOST[:PORT]/ or wss://HOST[:PORT]/, the key not in it") {
        try? WebSocketURL($0)
    }
}

extension ValueKind where Value == RecorderToken {
    /// A key.
    static let token = Self("KEY", accepted: "a key without white space") { RecorderToken($0) }
}

extension ValueKind where Value == TapeSyncPolicy {
    /// When lines are forced to the disk.
    static let sync = Self("WHEN", accepted: "every, never or a time from 1ms to 1h") { text in
        switch text {
        case "every": .every
        case "never": .never
        default:
            ValueKind<Duration>.duration(.milliseconds(1)...(.seconds(3_600))).parse(text).map { .interval($0) }
        }
    }
}

extension ValueKind where Value == RecordForm {
    /// What becomes a record.
    static let form = Self.choice("FORM")
}
