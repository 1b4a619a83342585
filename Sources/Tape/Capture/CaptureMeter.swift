import Synchronization

/// Counts that intake and sealer share; times are measured, and show nowhere but here.
final class CaptureMeter: Sendable {
    private let status = Mutex(CaptureStatus())

    var current: CaptureStatus { status.withLock { $0 } }

    func update(_ change: (inout CaptureStatus) -> Void) { status.withLock { change(&$0) } }

    func timeJournal<Value>(_ work: () throws(SystemFault) -> Value) throws(SystemFault) -> Value {
        let start = ContinuousClock.now
        let value = try work()
        let spent = start.duration(to: .now).wholeNanoseconds
        update {
            $0.journalWrites += 1
            $0.journalNanoseconds += spent
            $0.longestJournalWrite = max($0.longestJournalWrite, spent)
        }
        return value
    }

    func timeSync(_ work: () throws(SystemFault) -> Void) throws(SystemFault) {
        let start = ContinuousClock.now
        try work()
        let spent = start.duration(to: .now).wholeNanoseconds
        update {
            $0.syncs += 1
            $0.syncNanoseconds += spent
            $0.longestSync = max($0.longestSync, spent)
        }
    }
}
