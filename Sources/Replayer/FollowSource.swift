import Tape

/// A tape that is being written, as a source: blocks until there are lines, ends with the tape.
final class FollowSource: TapeSource {
    private let follower: TapeFollower

    init(path: String) throws(TapeError) { follower = try TapeFollower(path: path) }

    var header: TapeHeader { follower.header }
    var isLive: Bool { true }

    func next() throws(TapeError) -> TapeBatch? { try follower.next() }

    func poll() throws(TapeError) -> TapePoll {
        switch try follower.look() {
        case .lines(let batch): .batch(batch)
        case .nothing: .nothing
        case .ended: .end
        }
    }
}
