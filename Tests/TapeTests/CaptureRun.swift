import Foundation
import Testing

@testable import Tape

/// A capture driven through numbered frames, on any file system, with what it promised.
struct CaptureRun {
    /// A line whose append had returned: it must never be lost.
    struct Promise: Equatable {
        var sequence: Int64
        var frame: [UInt8]
    }

    static let folder = "disk"
    static let stream = "20240809T133000Z-7f3a"
    static let small = TapeCaptureConfiguration(
        folder: folder, name: "finnhub", memberSize: 1 << 10, memberTime: .seconds(60), rotateSize: nil,
        minimumFree: 0)

    var promises: [Promise] = []
    /// How many of them a sync had covered that returned.
    var synced = 0
    var sent: Int64 = 0
    var error: TapeError?
    var summary: CaptureSummary?
    var notices = NoticeList()

    static func header() -> TapeHeader { Scratch.header(stream: stream) }

    static func configuration(
        sync: TapeSyncPolicy = .interval(.seconds(1)), rotateSize: Int64? = nil, memberSize: Int = 1 << 10
    ) -> TapeCaptureConfiguration {
        var configuration = small
        configuration.sync = sync
        configuration.rotateSize = rotateSize
        configuration.memberSize = memberSize
        return configuration
    }

    /// Sends frames one or a few at a time until the end or the first failure.
    init(
        _ files: MemoryFiles, _ configuration: TapeCaptureConfiguration = small, frames: Int64, seed: UInt64 = 1,
        finishes: Bool = true, syncsEvery: Int = 0, isDrivenByHand: Bool = false
    ) {
        var random = Seeded(seed)
        var receive = Scratch.start
        do throws(TapeError) {
            let list = notices
            let capture = try TapeCapture(
                configuration, header: Self.header(), files: files, hasThread: false, isDrivenByHand: isDrivenByHand,
                notify: { list.add($0) })
            try capture.append(event: .connected(attempt: 1), receive: receive)
            var batch = CaptureBatch()
            var turns = 0
            while sent < frames {
                batch.removeAll()
                let count = min(frames - sent, Int64.random(in: 1...4, using: &random))
                var bodies: [[UInt8]] = []
                for _ in 0..<count {
                    sent += 1
                    receive += Int64.random(in: 0...2_000_000_000, using: &random)
                    bodies.append(Scratch.frame(sent))
                    batch.append(frame: Scratch.frame(sent), receive: receive)
                }
                let receipts = try capture.append(batch)
                for (receipt, body) in zip(receipts, bodies) {
                    if let sequence = receipt.sequence { promises.append(Promise(sequence: sequence, frame: body)) }
                }
                turns += 1
                if syncsEvery > 0, turns % syncsEvery == 0 {
                    try capture.turn(syncs: true)
                    synced = promises.count
                }
            }
            if finishes { summary = try capture.finish(cause: "test", receive: receive) } else { capture.abandon() }
        } catch {
            self.error = error
        }
    }

    /// The lines of all parts on a file system, read by the ordinary reader from real files.
    static func read(_ files: MemoryFiles) throws -> Reading {
        let scratch = try Scratch()
        var paths: [String] = []
        for name in files.names where name.hasSuffix(".jsonl.gz") {
            guard let data = files.data(name) else { continue }
            paths.append(try scratch.write(String(name.dropFirst(folder.count + 1)), bytes: data))
        }
        return Reading(paths, .init(workers: 1))
    }

    /// Whether every promised line is among the lines read, exactly once, and nothing is missing between.
    func check(_ reading: Reading, _ comment: @autoclosure () -> String, upTo last: Int64 = .max) {
        if let error = reading.error { Issue.record("\(comment()): \(error)") }
        let sequences = reading.lines.map(\.sequence)
        if let first = sequences.first, sequences != Array(first..<first + Int64(sequences.count)) {
            Issue.record("\(comment()): holes or duplicates in \(sequences)")
        }
        var frames: [Int64: [UInt8]] = [:]
        for line in reading.lines where line.kind == .frame { frames[line.sequence] = line.message }
        for promise in promises where promise.sequence <= last && frames[promise.sequence] != promise.frame {
            Issue.record("\(comment()): line \(promise.sequence) was received and is lost")
            return
        }
    }
}
