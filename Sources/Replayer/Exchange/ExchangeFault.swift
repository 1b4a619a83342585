/// Something that an exchange does wrong on purpose, so that a client can be tested against it.
public struct ExchangeFault: Sendable, Equatable {
    /// What goes wrong.
    public enum Kind: String, Sendable, CaseIterable {
        /// The connection ends without a close frame, before the message.
        case drop
        /// From the message on the connection carries pings only.
        case stall
        /// From the message on the connection carries nothing; TCP stays up.
        case halfOpen = "half-open"
        /// The message's first half is sent in its place.
        case malformed
        /// The message is sent twice.
        case duplicate
        /// The next connection is answered with HTTP 429.
        case refuse
        /// A second connection with the token drops both.
        case exclusive

        /// Whether it concerns connections that come, not a message.
        var isOfConnections: Bool { self == .refuse || self == .exclusive }
    }

    /// When it goes wrong.
    public enum Trigger: Sendable, Equatable {
        /// At the first message with this sequence number or a later one, once.
        case sequence(Int64)
        /// At the first message received so many ns after the tape's start, once.
        case offset(Int64)
        /// At each message (or connection) with this probability.
        case probability(Double)
    }

    /// What goes wrong.
    public var kind: Kind
    /// When it goes wrong.
    public var trigger: Trigger

    /// Joins the two.
    public init(_ kind: Kind, at trigger: Trigger) {
        self.kind = kind
        self.trigger = trigger
    }

    /// Whether a message is at or behind the fault's place; false for probabilities.
    func isReached(sequence: Int64, receive: Int64, start: Int64) -> Bool {
        switch trigger {
        case .sequence(let number): sequence >= number
        case .offset(let distance): receive - start >= distance
        case .probability: false
        }
    }

    /// Whether it holds before the first message.
    var holdsFromStart: Bool { isReached(sequence: 1, receive: 0, start: 0) }
}
