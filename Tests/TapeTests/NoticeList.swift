import Synchronization

@testable import Tape

/// What a capture told.
final class NoticeList: Sendable {
    private let list = Mutex<[CaptureNotice]>([])
    func add(_ notice: CaptureNotice) { list.withLock { $0.append(notice) } }
    var all: [CaptureNotice] { list.withLock { $0 } }
    var closedParts: [CapturedPart] {
        all.compactMap { if case .partClosed(let part) = $0 { part } else { nil } }
    }
}
