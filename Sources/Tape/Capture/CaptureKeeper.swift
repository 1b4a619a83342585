/// Looks at free space and deletes old parts, whole, oldest first.
///
/// Only complete parts of this name go: neither the one that is written nor one that waits for recovery.
final class CaptureKeeper: Sendable {
    private let configuration: TapeCaptureConfiguration
    private let files: any FileSystem
    private let queue: CaptureQueue
    private let meter: CaptureMeter
    private let now: @Sendable () -> Int64
    private let mayDelete: @Sendable (String) -> Bool
    private let current: @Sendable () -> String
    private let notify: @Sendable (CaptureNotice) -> Void

    /// Makes a keeper.
    ///
    /// `now` is the system's clock, ns since the epoch, beside which files' ages are seen; `mayDelete` says whether a
    /// part, named by its path, may go; `current` is the path of the part that is written.
    init(
        _ configuration: TapeCaptureConfiguration, files: any FileSystem, queue: CaptureQueue, meter: CaptureMeter,
        now: @escaping @Sendable () -> Int64, mayDelete: @escaping @Sendable (String) -> Bool,
        current: @escaping @Sendable () -> String, notify: @escaping @Sendable (CaptureNotice) -> Void
    ) {
        self.configuration = configuration
        self.files = files
        self.queue = queue
        self.meter = meter
        self.now = now
        self.mayDelete = mayDelete
        self.current = current
        self.notify = notify
    }

    /// Makes one round.
    ///
    /// A file system that does not answer is taken for one with space: writes find out.
    func keep() {
        deleteParts()
        guard let free = try? files.freeBytes(in: configuration.folder) else { return }
        meter.update { $0.freeBytes = free }
        queue.isLow = free < configuration.minimumFree
    }

    private func deleteParts() {
        let limits = configuration
        guard limits.keepSize != nil || limits.keepAge != nil || limits.keepFree != nil,
            let entries = try? files.entries(of: limits.folder)
        else { return }
        let names = Set(entries.map(\.name))
        let parts = entries.filter { CaptureNaming.parse($0.name)?.name == limits.name }
        var total = parts.reduce(0) { $0 + $1.size }
        let writing = current()
        for part in parts {
            let path = "\(limits.folder)/\(part.name)"
            let isUnfinished = [CaptureNaming.journalSuffix, CaptureNaming.recoverySuffix].contains {
                names.contains(part.name + $0)
            }
            guard path != writing, !isUnfinished else { continue }
            guard let reason = reason(part, total: total) else {
                // Name order is time order: where size and space are kept, only age can still ask for a later one.
                if limits.keepAge == nil { return }
                continue
            }
            guard mayDelete(path) else { continue }
            do throws(SystemFault) { try files.remove(path) } catch {
                notify(.deletionFailed(error.error(path)))
                continue
            }
            total -= part.size
            meter.update { $0.deletedParts += 1 }
            notify(.partDeleted(path: path, bytes: part.size, reason: reason))
        }
    }

    private func reason(_ part: FolderEntry, total: Int64) -> String? {
        if let size = configuration.keepSize, total > size { return "keep-size" }
        if let age = configuration.keepAge, now() - part.modified > age.wholeNanoseconds { return "keep-age" }
        if let space = configuration.keepFree, let free = try? files.freeBytes(in: configuration.folder), free < space {
            return "keep-free"
        }
        return nil
    }
}
