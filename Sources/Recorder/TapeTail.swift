import Foundation
import Tape

/// Reads a stream's lines from its tapes and its journal, from a place on, while the stream may still be written.
struct TapeTail {
    let folder: TapeFolder
    let header: TapeHeader
    /// Lines that are gone: retention took them, or a part is damaged.
    private(set) var lostLines: Int64 = 0
    private(set) var firstFault: String?

    init(folder: TapeFolder, header: TapeHeader) {
        self.folder = folder
        self.header = header
    }

    /// Delivers lines behind one sequence number up to another, in order.
    ///
    /// - Parameters:
    ///   - place: the sequence number behind which to begin, and the last `gap` or `dropped` line up to there.
    ///   - end: the last sequence number wanted; nil: all that is there.
    ///   - isLive: whether the stream is being written: then a torn end is none, and the journal is read too.
    ///   - deliver: takes a batch; false ends the reading.
    /// - Returns: the place reached.
    mutating func read(
        after place: Place, upTo end: Int64?, isLive: Bool, deliver: (TapeBatch) throws -> Bool
    ) rethrows -> Place {
        var place = place
        var fruitless = 0
        while true {
            let before = place.sequence
            for part in folder.parts() where part.stream == header.stream {
                guard try readFile(part.path, &place, end, isLive: isLive, isJournal: false, deliver) else {
                    return place
                }
            }
            guard isLive, let end, place.sequence < end else { return place }
            for part in folder.parts().suffix(2).reversed() where part.stream == header.stream {
                let journal = part.path + TapeFolder.journalSuffix
                guard FileManager.default.fileExists(atPath: journal) else { continue }
                guard try readFile(journal, &place, end, isLive: true, isJournal: true, deliver) else { return place }
                break
            }
            guard place.sequence < end else { return place }
            // Lines went from the journal to the tape between the two looks: look again.
            fruitless = place.sequence > before ? 0 : fruitless + 1
            guard fruitless < 200 else {
                lose(end - place.sequence, "seq \(place.sequence + 1) to \(end) of \(header.stream) cannot be found")
                place.sequence = end
                return place
            }
            usleep(10_000)
        }
    }

    /// A place in a stream.
    struct Place: Equatable {
        var sequence: Int64
        var segment: Int64
    }

    private mutating func readFile(
        _ path: String, _ place: inout Place, _ end: Int64?, isLive: Bool, isJournal: Bool,
        _ deliver: (TapeBatch) throws -> Bool
    ) rethrows -> Bool {
        let upper = end.map { $0 + 1 } ?? Int64.max
        guard place.sequence + 1 < upper else { return true }
        var reader: TapeReader?
        do throws(TapeError) {
            reader = try TapeReader(
                paths: [path],
                configuration: TapeReaderConfiguration(
                    window: TapeWindow(sequences: place.sequence + 1..<upper), workers: 1, windowBytes: 4 << 20,
                    skipsBadLines: isJournal))
        } catch {
            note(error, isLive: isLive)
            return true
        }
        guard let reader else { return true }
        while true {
            var next: TapeBatch?
            do throws(TapeError) { next = try reader.next() } catch {
                note(error, isLive: isLive)
                return true
            }
            guard let batch = next else { return true }
            guard let first = batch.lines.first, let last = batch.lines.last else { continue }
            if first.sequence > place.sequence + 1 {
                // In the journal that only means that sealed lines are to be read from the tape first.
                if isJournal { return true }
                lose(first.sequence - place.sequence - 1, "seq \(place.sequence + 1) of \(header.stream) is gone")
            }
            let ready = isJournal ? captured(batch, &place) : batch
            if !isJournal { place.segment = last.startsSegment ? last.sequence : last.segment ?? place.segment }
            place.sequence = last.sequence
            guard try deliver(ready) else { return false }
        }
    }

    /// A journal does not say which segment its first line is in: we know from what came before.
    private func captured(_ batch: TapeBatch, _ place: inout Place) -> TapeBatch {
        var frames = CaptureBatch()
        var receipts: [CaptureReceipt] = []
        for line in batch.lines {
            if line.startsSegment { place.segment = line.sequence }
            guard line.kind == .frame || line.kind == .text, let message = try? batch.message(line) else { continue }
            frames.append(frame: message, receive: line.receive)
            receipts.append(CaptureReceipt(sequence: line.sequence, segment: place.segment))
        }
        return TapeBatch(captured: frames, receipts: receipts, header: header, path: batch.path)
    }

    private mutating func note(_ error: TapeError, isLive: Bool) {
        // The end of a part that is being written may stand in the middle of a member.
        if isLive { return }
        if firstFault == nil { firstFault = "\(error)" }
    }

    private mutating func lose(_ lines: Int64, _ fault: String) {
        lostLines += lines
        if firstFault == nil { firstFault = fault }
    }
}
