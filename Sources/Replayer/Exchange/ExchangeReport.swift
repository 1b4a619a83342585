import JSONText

/// What an exchange did.
public struct ExchangeReport: Sendable {
    /// A fault that happened.
    public struct Fault: Sendable, Equatable {
        /// What went wrong.
        public var kind: ExchangeFault.Kind
        /// The client's number in the order of connections, from 1; nil where a handshake was refused.
        public var client: Int?
        /// Stream of the message it happened at; nil for faults of connections.
        public var stream: String?
        /// Sequence number of that message.
        public var sequence: Int64?
        /// Receive time of that message, ns since the epoch.
        public var receive: Int64?
    }

    /// The tapes, as they were named.
    public var tapes: [String]
    /// The speed, as it was given.
    public var speed: String
    /// How long it served.
    public var duration: Duration
    /// Connections that were opened.
    public var clients: Int
    /// Plays that came to their end.
    public var completedPlays: Int
    /// Recorded messages queued for clients.
    public var messages: Int
    /// Messages handed to connections, duplicates by fault counted.
    public var sentMessages: Int
    /// Their bytes.
    public var sentBytes: Int
    /// Handshakes without the right token.
    public var refusedTokens: Int
    /// Handshakes refused by a fault.
    public var refusedByFault: Int
    /// Handshakes refused because of too many clients.
    public var refusedClients: Int
    /// Subscriptions beyond the limit.
    public var refusedSubscriptions: Int
    /// Messages of clients without effect.
    public var ignoredMessages: Int
    /// Clients of a shared market that were dropped because they were too slow.
    public var slowClients: Int
    /// Plays that ended because a tape could not be read.
    public var failedPlays: Int
    /// Why the first of them did.
    public var firstFailure: String?
    /// Handover to the connection's queue minus deadline, s; nil at top speed and while nothing was played.
    public var lateness: ReplayReport.Lateness?
    /// Time for which slow clients held their clocks, over all clients.
    public var blockedSeconds: Double
    /// Time during which due lines were not read yet, over all clients.
    public var starvedSeconds: Double
    /// Faults in the order in which they happened, the first 10,000.
    public var faults: [Fault]
    /// Faults in all.
    public var faultCount: Int

    /// Whether a client lost messages that no fault was to take: exit code 3.
    public var hasLoss: Bool { slowClients > 0 }

    init(
        configuration: ExchangeConfiguration, counts: ExchangeCounts, faults: [FaultLedger.Entry], faultCount: Int,
        duration: Duration
    ) {
        tapes = configuration.tapes
        speed = configuration.speed.description
        self.duration = duration
        clients = counts.clients
        completedPlays = counts.completedPlays
        messages = counts.messages
        sentMessages = counts.sentMessages
        sentBytes = counts.sentBytes
        refusedTokens = counts.refusedTokens
        refusedByFault = counts.refusedByFault
        refusedClients = counts.refusedClients
        refusedSubscriptions = counts.refusedSubscriptions
        ignoredMessages = counts.ignoredMessages
        slowClients = counts.slowClients
        failedPlays = counts.failedPlays
        firstFailure = counts.firstFailure
        lateness = counts.lateness.summary
        blockedSeconds = Double(counts.blocked) / 1e9
        starvedSeconds = Double(counts.starved) / 1e9
        self.faultCount = faultCount
        self.faults = faults.map {
            Fault(
                kind: $0.kind, client: $0.client, stream: $0.place?.stream, sequence: $0.place?.sequence,
                receive: $0.place?.receive)
        }
    }
}

extension ExchangeReport {
    /// The report for machines.
    public var json: JSONValue {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        return [
            "schema": 1, "tapes": .array(tapes.map(JSONValue.string)), "options": ["speed": .string(speed)],
            "wallSeconds": .double(seconds), "clients": JSONValue(clients),
            "completedPlays": JSONValue(completedPlays), "messages": JSONValue(messages),
            "sentMessages": JSONValue(sentMessages), "sentBytes": JSONValue(sentBytes),
            "refused": [
                "token": JSONValue(refusedTokens), "byFault": JSONValue(refusedByFault),
                "tooManyClients": JSONValue(refusedClients), "tooManySymbols": JSONValue(refusedSubscriptions),
            ],
            "ignoredMessages": JSONValue(ignoredMessages), "slowClients": JSONValue(slowClients),
            "failedPlays": JSONValue(failedPlays), "firstFailure": firstFailure.map(JSONValue.string) ?? .null,
            "lateness": lateness?.json ?? .null, "blockedSeconds": .double(blockedSeconds),
            "starvedSeconds": .double(starvedSeconds), "faultCount": JSONValue(faultCount),
            "faults": .array(faults.map(\.json)),
        ]
    }
}

extension ExchangeReport.Fault {
    /// One fault of the report; times beyond 2^53 are texts, as RFC 8785 asks.
    public var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "client": client.map { JSONValue($0) } ?? .null,
            "stream": stream.map(JSONValue.string) ?? .null, "seq": sequence.map(JSONValue.int) ?? .null,
            "receive": receive.map(JSONValue.int) ?? .null,
        ]
    }
}
