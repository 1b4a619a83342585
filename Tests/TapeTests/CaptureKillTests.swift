import Foundation
import Testing

@testable import Tape

#if canImport(Glibc)
    import Glibc
#endif

/// A real process under load that SIGKILL ends, and what is left on a real disk.
@Suite(.serialized) struct CaptureKillTests {
    @Test func aKilledProcessLosesNoReceivedLine() async throws {
        let runs: UInt64 = Heavy.isOn ? 200 : 6
        var received: Int64 = 0
        var kept: Int64 = 0
        var torn = 0
        for seed in 1...runs {
            let folder = try Scratch()
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, seed = seed as UInt64] in
                try KilledCapture.run(folder: path, seed: seed)
            }
            let acknowledged = try KilledCapture.acknowledged(in: path)
            // At once, without recovery.
            let tapes = try KilledCapture.tapes(in: path)
            #expect(Reading(tapes, .init(workers: 1)).error == nil, "seed \(seed)")
            let reports = try TapeRecovery.run(folder: path).map { try $0.get() }
            torn += reports.count { $0.tornBytes > 0 }
            let reading = Reading(try KilledCapture.tapes(in: path), .init(workers: 1))
            #expect(reading.error == nil, "seed \(seed): \(String(describing: reading.error))")
            let sequences = reading.lines.map(\.sequence)
            #expect(sequences == Array(1..<Int64(sequences.count) + 1), "seed \(seed): holes or duplicates")
            let frames = reading.lines.filter { $0.kind == .frame }
            #expect(Int64(frames.count) >= acknowledged, "seed \(seed): \(acknowledged) received, \(frames.count) kept")
            for (index, line) in frames.enumerated() where line.message != Scratch.frame(Int64(index) + 1) {
                Issue.record("seed \(seed): frame \(index + 1) is another")
                break
            }
            let verification = try TapeVerification.run(paths: try KilledCapture.tapes(in: path))
            #expect(verification.allSatisfy { $0.outcome == .clean }, "seed \(seed): \(verification.map(\.findings))")
            received += acknowledged
            kept += Int64(frames.count)
        }
        print("kill -9: \(runs) runs, \(received) frames received, \(kept) kept, \(torn) torn lines")
        #expect(received > Int64(runs) * 20)
    }
}

/// What runs in the process that is killed.
enum KilledCapture {
    static func run(folder: String, seed: UInt64) throws {
        var random = Seeded(seed)
        let stopAfter = Int64.random(in: 200...12_000, using: &random)
        let policies: [TapeSyncPolicy] = [.interval(.milliseconds(5)), .never, .interval(.seconds(1))]
        let configuration = TapeCaptureConfiguration(
            folder: folder, sync: policies[Int(seed % 3)], level: 1, memberSize: 16 << 10, rotateSize: 64 << 10,
            minimumFree: 0)
        let capture = try TapeCapture(configuration: configuration, header: Scratch.header())
        let acknowledgements = open("\(folder)/received", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        let delay = UInt64.random(in: 0...300, using: &random)
        let killer = Thread {
            // Not at a line's end but anywhere: the sealing thread may be in the midst of anything.
            while capture.status.frames < stopAfter { sched_yield() }
            for _ in 0..<delay { sched_yield() }
            kill(getpid(), SIGKILL)
        }
        killer.start()
        var number: Int64 = 0
        var batch = CaptureBatch()
        while true {
            batch.removeAll()
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                number += 1
                batch.append(frame: Scratch.frame(number), receive: Scratch.start + number * 50_000)
            }
            _ = try capture.append(batch)
            var last = number
            _ = withUnsafeBytes(of: &last) { write(acknowledgements, $0.baseAddress, 8) }
        }
    }

    /// Number of the last frame whose append had returned.
    static func acknowledged(in folder: String) throws -> Int64 {
        let bytes = try Scratch.bytes("\(folder)/received")
        let whole = bytes.count / 8 * 8
        return whole == 0 ? 0 : Int64(bitPattern: bytes.span.little(whole - 8, 8))
    }

    static func tapes(in folder: String) throws -> [String] {
        var names = Set<String>()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            if name.hasSuffix(".jsonl.gz") { names.insert(name) }
            if let tape = CaptureNaming.tape(ofJournal: name) { names.insert(tape) }
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }
}
