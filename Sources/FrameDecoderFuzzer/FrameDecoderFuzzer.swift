import CFuzzer
import Foundation
import Fuzzing

/// libFuzzer on the frame decoder.
@main
enum FrameDecoderFuzzer {
    // libFuzzer calls from one thread only.
    nonisolated(unsafe) private static var check = FrameDecoderCheck()

    static func main() {
        let status = cfuzzer_run(CommandLine.argc, CommandLine.unsafeArgv) { data, size in
            do throws(FuzzFinding) {
                _ = try FrameDecoderFuzzer.check.run(Array(UnsafeBufferPointer(start: data, count: size)))
                return 0
            } catch {
                error.stop()
            }
        }
        exit(status)
    }
}
