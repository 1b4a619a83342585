import Foundation
import Tape

/// Reads a stream's lines from its tapes and its journal, from a place on, while the stream may still be written.
struct TapeTail {
    /// A place in a stream.
    struct Place: Equatable {
        /// The last line before it.
        var sequence: Int64
        /// The last `gap` or `dropped` line up to there, 0 if none.
        var segment: Int64
    }

    let folder: TapeFolder
    let header: TapeHeader
    /// Lines that are gone: retention took them, or a part is damaged.
    private(set) var lostLines: Int64 = 0
    private(set) var firstFault: String?

    init(folder: TapeFolder, header: TapeHeader) {
        self.folder = folder
        self.header = header
    }

    /// Delivers lines behind one place up to a sequence number, in order.
    ///
    /// - Parameters:
    ///   - place: where to begin.
    ///   - end: the last sequence number wanted, which has been stored; nil: all that is there.
    ///   - deliver: takes a batch; false ends the reading.
    /// - Returns: the place reached.
    mutating func read(
        after place: Place, upTo end: Int64?, deliver: (TapeBatch) throws -> Bool
    ) rethrows -> Place {
        var place = place
        var fruitless = 0
        while true {
            let before = place.sequence
            // A hole in what is being written may only mean that a part was begun between two looks.
            let acceptsHoles = end == nil || fruitless >= 20
            for part in folder.parts() where part.stream == header.stream {
                guard try readPart(part.path, &place, end, acceptsHoles, deliver) else { return place }
            }
            guard let end, place.sequence < end else { return place }
            fruitless = place.sequence > before ? 0 : fruitless + 1
            guard fruitless < 200 else {
                lose(end - place.sequence, "seq \(place.sequence + 1) to \(end) of \(header.stream) cannot be found")
                place.sequence = end
                return place
            }
            usleep(10_000)
        }
    }

    private mutating func readPart(
        _ path: String, _ place: inout Place, _ end: Int64?, _ acceptsHoles: Bool,
        _ deliver: (TapeBatch) throws -> Bool
    ) rethrows -> Bool {
        let upper = end.map { $0 + 1 } ?? Int64.max
        guard place.sequence + 1 < upper else { return true }
        let reader: TapeReader
        do throws(TapeError) {
            reader = try TapeReader(
                paths: [path],
                configuration: TapeReaderConfiguration(
                    window: TapeWindow(sequences: place.sequence + 1..<upper), workers: 1, windowBytes: 4 << 20))
        } catch {
            return note(error)
        }
        while true {
            let next: TapeBatch?
            do throws(TapeError) { next = try reader.next() } catch { return note(error) }
            guard let batch = next else { return true }
            guard let first = batch.lines.first, let last = batch.lines.last else { continue }
            if first.sequence > place.sequence + 1 {
                guard acceptsHoles else { return true }
                lose(first.sequence - place.sequence - 1, "seq \(place.sequence + 1) of \(header.stream) is gone")
            }
            // A journal alone does not say which segment it begins in: we know from what came before.
            let ready = (first.segment ?? 0) < place.segment ? corrected(batch, place.segment) : batch
            let segment = last.startsSegment ? last.sequence : last.segment ?? 0
            place = Place(sequence: last.sequence, segment: max(place.segment, segment))
            guard try deliver(ready) else { return false }
        }
    }

    private func corrected(_ batch: TapeBatch, _ segment: Int64) -> TapeBatch {
        var frames = CaptureBatch()
        var receipts: [CaptureReceipt] = []
        for line in batch.lines where line.kind == .frame || line.kind == .text {
            guard let message = try? batch.message(line) else { continue }
            frames.append(frame: message, receive: line.receive)
            receipts.append(CaptureReceipt(sequence: line.sequence, segment: max(segment, line.segment ?? 0)))
        }
        return TapeBatch(captured: frames, receipts: receipts, header: header, path: batch.path)
    }

    /// A part that cannot be read is left: what it lacks shows as lines that are gone.
    private mutating func note(_ error: TapeError) -> Bool {
        if firstFault == nil { firstFault = "\(error)" }
        return true
    }

    private mutating func lose(_ lines: Int64, _ fault: String) {
        lostLines += lines
        if firstFault == nil { firstFault = fault }
    }
}
