/// What an exchange has done.
struct ExchangeCounts: Sendable {
    /// WebSockets that were opened.
    var clients = 0
    /// WebSockets that are open.
    var openClients = 0
    /// Handshakes answered with 401: a token that is wrong or missing.
    var refusedTokens = 0
    /// Handshakes answered with 429 by a fault.
    var refusedByFault = 0
    /// Handshakes answered with 503: too many clients.
    var refusedClients = 0
    /// Subscriptions beyond the limit.
    var refusedSubscriptions = 0
    /// Messages of clients that ask for nothing we know.
    var ignoredMessages = 0
    /// Recorded messages queued for clients, duplicates by fault not counted.
    var messages = 0
    /// Messages of any kind and bytes handed to the connections.
    var sentMessages = 0
    var sentBytes = 0
    /// Plays that came to the tape's end.
    var completedPlays = 0
    /// Clients of a shared market that were dropped because they were too slow.
    var slowClients = 0
    /// Plays that ended because a tape could not be read.
    var failedPlays = 0
    var firstFailure: String?
    var lateness = LatenessHistogram()
    /// Time for which slow clients held their clocks, ns.
    var blocked: Int64 = 0
    /// Time for which a due line was not read yet, ns.
    var starved: Int64 = 0
}

extension ExchangeCounts {
    /// Adds what a player counted since it last did.
    mutating func add(_ other: ExchangeCounts) {
        messages += other.messages
        completedPlays += other.completedPlays
        slowClients += other.slowClients
        failedPlays += other.failedPlays
        firstFailure = firstFailure ?? other.firstFailure
        lateness.merge(other.lateness)
        blocked += other.blocked
        starved += other.starved
    }
}
