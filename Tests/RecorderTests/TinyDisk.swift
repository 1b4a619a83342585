import Foundation
import TestSupport

@testable import Recorder

/// A recorder that writes to a tmpfs of 16 MiB in a mount namespace of its own: the machine's mounts stay as they are.
final class TinyDisk {
    /// The tapes as anyone sees them once the recorder has ended.
    let copy: String
    /// The tapes while it runs.
    let inside: String
    let recorder: RunningCommand
    private let folder: TemporaryFolder

    private static let isolate = ["/usr/bin/unshare", geteuid() == 0 ? "-m" : "-rm"]
    private static let mount = "mount -t tmpfs -o size=16m tapedeck \"$1\""

    /// Whether this process may make one; says aloud that tests skip if not.
    static let isPossible: Bool = {
        guard FileManager.default.isExecutableFile(atPath: isolate[0]), let folder = try? TemporaryFolder("disk"),
            let run = try? CommandRun.program(isolate[0], [isolate[1], "/bin/sh", "-c", mount, "sh", folder.path]),
            run.status == 0
        else {
            FileHandle.standardError.write(Data("SKIPPED: no tmpfs can be mounted here (unshare -rm)\n".utf8))
            return false
        }
        return true
    }()

    init(_ feed: String, _ more: [String]) throws {
        folder = try TemporaryFolder("disk")
        let (disk, copy) = (folder.file("disk"), folder.file("copy"))
        for path in [disk, copy] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        self.copy = copy
        // The shell outlives the recorder: the disk goes with the last process of the namespace.
        let script = """
            \(Self.mount) || exit 9
            from=$1 to=$2; shift 2
            "$@" & child=$!
            trap 'kill -TERM $child' TERM
            wait $child; code=$?
            while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
            rm -f "$from/ballast"
            cp -a "$from/." "$to/" || exit 9
            exit $code
            """
        recorder = try RunningCommand(
            Self.isolate[0],
            [Self.isolate[1], "/bin/sh", "-c", script, "sh", disk, copy, TestPaths.program]
                + RecorderProcess.arguments(feed, disk).dropLast(2) + more)
        inside = "/proc/\(recorder.processIdentifier)/root\(disk)"
    }

    /// Takes all space but so much.
    func fill(leaving bytes: Int) throws {
        var status = statvfs()
        guard statvfs(inside, &status) == 0 else { throw CocoaError(.fileReadUnknown) }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        try Data(count: max(0, free - bytes)).write(to: URL(fileURLWithPath: "\(inside)/ballast"))
    }

    /// Gives it back.
    func empty() throws { try FileManager.default.removeItem(atPath: "\(inside)/ballast") }

    /// Ends the recorder.
    func end() -> CommandRun {
        recorder.signal(SIGTERM)
        return recorder.wait()
    }
}
