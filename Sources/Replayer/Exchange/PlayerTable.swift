import Synchronization

/// All players that run; the server adds them, controls and the end reach them from other threads.
final class PlayerTable: Sendable {
    private struct State {
        var players: [PlayerHandle] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Adds a player and forgets those that have ended.
    ///
    /// - Returns: false if no more may start.
    func add(_ player: PlayerHandle) -> Bool {
        state.withLock { state in
            state.players.removeAll { $0.status.phase == .ended }
            if !state.isClosed { state.players.append(player) }
            return !state.isClosed
        }
    }

    /// Those that have not ended.
    var running: [PlayerHandle] { state.withLock { $0.players.filter { $0.status.phase != .ended } } }

    /// Ends all players, lets none start, and waits until they have ended.
    func close() {
        let players = state.withLock { state in
            state.isClosed = true
            return state.players
        }
        for player in players { player.stop() }
        for player in players { player.awaitEnd() }
    }
}
