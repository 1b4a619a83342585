/// Line 1 of every part of a tape: who recorded what.
public struct TapeHeader: Sendable, Equatable {
    /// Which clock the `receive` times come from.
    public enum ReceiveClock: Sendable, Equatable {
        /// The recorder's clock, as the format asks.
        case recorder
        /// Made up from trade times, because the imported file had no receive times.
        case tradeTime
    }

    /// A key that this version does not know, with its value's JSON text as it stood.
    public struct Field: Sendable, Equatable {
        /// The key, without escapes.
        public var key: String
        /// The value's JSON text.
        public var json: String

        /// Joins a key and a value.
        public init(key: String, json: String) {
            self.key = key
            self.json = json
        }
    }

    /// Format version.
    public var version: Int64
    /// The stream's id: at most 64 letters, digits, `-`, `~`, `+`.
    public var stream: String
    /// Where the frames came from: a URL without its query, or a word such as `simulate` or `import`.
    public var source: String
    /// Symbols subscribed, in order; empty where unknown.
    public var symbols: [String]
    /// The recorder's version, or the verb that made the tape.
    public var recorder: String
    /// Number of the part, from 1.
    public var part: Int
    /// Start of the part, ns since the epoch.
    public var receive: Int64
    /// Where receive times come from; written as `"clock":"trade-time"` where they are made up.
    public var clock: ReceiveClock
    /// The streams of a merged tape, each with its own header, in the order of the merge; none in any other tape.
    public var streams: [TapeHeader]
    /// Unknown keys, in their order.
    public var unknown: [Field]

    /// Makes a header of the present format version.
    ///
    /// - Parameters:
    ///   - stream: the stream's id.
    ///   - source: where frames come from, without query.
    ///   - symbols: symbols subscribed.
    ///   - recorder: version or verb that writes.
    ///   - part: number of the part, from 1.
    ///   - receive: start of the part, ns since the epoch.
    ///   - clock: where receive times come from.
    ///   - streams: headers of the streams of a merged tape.
    ///   - unknown: further keys, written last.
    public init(
        stream: String, source: String, symbols: [String], recorder: String, part: Int = 1, receive: Int64,
        clock: ReceiveClock = .recorder, streams: [TapeHeader] = [], unknown: [Field] = []
    ) {
        version = TapeFormat.version
        self.stream = stream
        self.source = source
        self.symbols = symbols
        self.recorder = recorder
        self.part = part
        self.receive = receive
        self.clock = clock
        self.streams = streams
        self.unknown = unknown
    }

    /// Whether a text may be a stream's id: 1 to 64 of letters, digits, `-`, `~`, `+`.
    public static func isStreamIdentifier(_ text: String) -> Bool {
        let bytes = text.utf8
        return (1...64).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "+"):
                    true
                default: false
                }
            }
    }
}

extension TapeHeader {
    /// Whether the stream's last line must be `closed`: not where a file was merely imported.
    var endsWithClosed: Bool { recorder != "import" && clock == .recorder && streams.isEmpty }
}
