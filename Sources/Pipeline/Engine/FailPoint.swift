import Foundation

/// The points of the crash table (pipeline.md, section 4) at which a test kills the process.
public enum FailPoint: String, Sendable, CaseIterable {
    /// Before anything of a batch is written.
    case beforeOutputs = "before-outputs"
    /// Half the trades of a batch are written.
    case midOutputs = "mid-outputs"
    /// The trades are written, the predictions not.
    case beforePredictions = "before-predictions"
    /// All outputs of a batch are written, its checkpoint not.
    case afterOutputs = "after-outputs"
    /// The dead letters of refused records are written, nothing else.
    case afterDeadLetter = "after-dead-letter"
    /// Half the states of a checkpoint are written.
    case midStates = "mid-states"
    /// The states are written, `next_offset` not.
    case beforeCheckpoint = "before-checkpoint"
    /// `next_offset` has moved, nobody knows.
    case lostAck = "lost-ack"
    /// The checkpoint is acknowledged, Kafka not told.
    case beforeCommit = "before-commit"
    /// The epoch is raised, nothing is read.
    case midClaim = "mid-claim"
    /// The outputs of a revoked partition are flushed, its checkpoint not.
    case midRevoke = "mid-revoke"
}

/// Where this process shall kill itself, if anywhere.
struct FailPoints: Sendable {
    /// The environment variable that arms a point: `<point>@<offset>`.
    static let variable = "TAPEDECK_FAILPOINT"

    private let armed: FailPoint?
    private let offset: Int64
    private let action: @Sendable () -> Void

    /// Nothing happens.
    static let none = FailPoints(nil, at: 0) {}

    init(_ armed: FailPoint?, at offset: Int64, action: @escaping @Sendable () -> Void) {
        self.armed = armed
        self.offset = offset
        self.action = action
    }

    /// Reads the environment variable's value.
    ///
    /// - Throws: a usage error naming what is accepted.
    init(parsing text: String?) throws(PipelineError) {
        guard let text, !text.isEmpty else {
            self = .none
            return
        }
        let parts = text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let point = FailPoint(rawValue: String(parts[0])), let offset = Int64(parts[1]) else {
            let names = FailPoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw PipelineError(.usage, "\(Self.variable)=\(text): must be POINT@OFFSET with POINT one of \(names)")
        }
        self.init(point, at: offset) { kill(getpid(), SIGKILL) }
    }

    /// Whether a pass of this point at this offset would be the end.
    func isArmed(_ point: FailPoint, at offset: Int64?) -> Bool {
        guard let armed, armed == point, let offset else { return false }
        return offset >= self.offset
    }

    /// Ends the process if the point is armed and the offset reached.
    func pass(_ point: FailPoint, at offset: Int64?) {
        if isArmed(point, at: offset) { action() }
    }
}
