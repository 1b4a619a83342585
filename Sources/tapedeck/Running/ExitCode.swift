import Backtest
import Forecast
import Foundation
import Kafka
import Mongo
import Pipeline
import Recorder
import Replayer
import Simulator
import Tape

/// How a verb ended, as the shell sees it; the only place where exit codes are decided.
enum ExitCode: Equatable, Sendable {
    /// Done.
    case done
    /// Failed: something that was needed is missing, broken or away.
    case failed
    /// The command line, environment or configuration asks for what does not exist.
    case usage
    /// Done, but data were lost or rejected; the counts are printed.
    case loss
    /// A gate or comparison did not hold.
    case gate
    /// A batch verb was interrupted by this signal and cleaned up.
    case interrupted(signal: Int32)

    /// The number for `exit`.
    var status: Int32 {
        switch self {
        case .done: 0
        case .failed: 1
        case .usage: 2
        case .loss: 3
        case .gate: 4
        case .interrupted(let signal): 128 + signal
        }
    }

    /// Ends the process at once, from any thread: nothing is flushed and nothing more runs.
    func leave() -> Never {
        TerminalKeys.restore()
        _exit(status)
    }

    /// The code for an error that ended a verb.
    init(for error: any Error) {
        switch error {
        case is UsageError: self = .usage
        case let failure as CommandFailure: self = failure.code
        case let error as KafkaError: self = error.isUsage ? .usage : .failed
        case let error as TapeError: self = error.isUsage ? .usage : .failed
        case let error as ReplayError: self = error.isUsage ? .usage : .failed
        case let error as PipelineError: self = error.kind == .usage ? .usage : .failed
        case is SimulatorError: self = .usage
        case let error as RecorderError: self = error.isUsage ? .usage : .failed
        case let error as BacktestError: self = error.isUsage ? .usage : .failed
        case is ForecastError: self = .usage
        case let error as MongoError: self = error.kind == .configuration ? .usage : .failed
        default: self = .failed
        }
    }

    /// One line per code, for the help.
    static let legend: [(code: String, meaning: String)] = [
        ("0", "done"),
        ("1", "failed"),
        ("2", "usage: a flag, setting or argument is not accepted"),
        ("3", "done, but data were lost or rejected (counts are printed)"),
        ("4", "a gate or comparison did not hold"),
        ("130, 143", "a batch verb was interrupted by SIGINT, SIGTERM and cleaned up"),
    ]
}

/// An end of a verb that no library error words: what happened and what to do, in one line.
struct CommandFailure: Error, CustomStringConvertible {
    /// How the process exits.
    let code: ExitCode
    /// What, then the remedy after a colon.
    let description: String

    init(_ description: String, code: ExitCode = .failed) {
        self.code = code
        self.description = description
    }
}

extension TapeError {
    /// Whether the command line is at fault and not a file.
    fileprivate var isUsage: Bool { if case .badSetting = code { true } else { false } }
}

extension BacktestError {
    /// Whether the command line is at fault.
    fileprivate var isUsage: Bool {
        switch self {
        case .badSetting, .badGate: true
        default: false
        }
    }
}
