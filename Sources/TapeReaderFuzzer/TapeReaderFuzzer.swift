import CFuzzer
import Foundation
import Fuzzing

/// libFuzzer on tape reader, verification and recovery.
@main
enum TapeReaderFuzzer {
    // Memory, not a disk: every input is some ten files.
    private static let folder = "/dev/shm/tapedeck-fuzz-\(getpid())"

    static func main() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TapeReaderFuzzer.folder) }
        let status = cfuzzer_run(CommandLine.argc, CommandLine.unsafeArgv) { data, size in
            do throws(FuzzFinding) {
                _ = try TapeReaderCheck(folder: TapeReaderFuzzer.folder)
                    .run(Array(UnsafeBufferPointer(start: data, count: size)))
                return 0
            } catch {
                error.stop()
            }
        }
        exit(status)
    }
}
