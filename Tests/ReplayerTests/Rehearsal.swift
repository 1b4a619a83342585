import Tape
import TradeModel

@testable import Replayer

/// A session that is played in scripted time into a double, as ``ReplaySession/run()`` would into Kafka.
struct Rehearsal {
    let session: ReplaySession
    let time: ScriptedTime
    let sink: SinkDouble

    init(
        _ paths: [String], speed: ReplaySpeed = .rate(.one), time: ScriptedTime = ScriptedTime(),
        sink: SinkDouble? = nil, _ change: (inout ReplayConfiguration) -> Void = { _ in }
    ) {
        var configuration = ReplayConfiguration(tapes: paths, speed: speed)
        configuration.reader.workers = 1
        change(&configuration)
        self.time = time
        self.sink = sink ?? SinkDouble(time: time)
        session = ReplaySession(configuration: configuration, time: time)
    }

    /// Sends commands at times after the start, in ns.
    func script(_ commands: [(Int64, ReplayControl)]) -> Rehearsal {
        for (after, command) in commands { time.at(after) { [session] in session.send(command) } }
        return self
    }

    func run(partitions: Int = 1) throws -> ReplayReport {
        try session.configuration.validate()
        let tapes = try Tapes(session.configuration)
        return try session.play(session.makePlan(tapes), into: sink, partitions: partitions)
    }

    /// Sequence numbers of the records handed over, in order.
    var sequences: [Int64] { sink.handed.compactMap { $0.identity?.sequence } }

    /// When each record was handed over, in ms after the script's start.
    var milliseconds: [Int64] { sink.handed.map { ($0.moment - time.begun) / 1_000_000 } }
}
