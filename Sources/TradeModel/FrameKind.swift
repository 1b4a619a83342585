/// What kind of message a frame was.
public enum FrameKind: Sendable, Equatable {
    /// Trades; the decoder holds the good ones and the rejected ones, possibly none of either.
    case trades
    /// The server's sign of life.
    case ping
    /// The server's complaint: its `msg`, as raw JSON where it is no text, `no message` where there is none.
    ///
    /// It may hold control characters: escape it before it reaches a log or a terminal.
    case serverError(String)
    /// News, press releases and unknown types: well formed and without effect.
    case ignored(type: String)
}
