import Foundation
import Testing

@testable import Tape

@Suite struct DamageTests {
    /// What must hold of any damage: the lines read are the first of the whole tape's, and an error has one line.
    private func check(_ reading: Reading, _ whole: [SeenLine], _ comment: @autoclosure () -> String) {
        if reading.lines != Array(whole.prefix(reading.lines.count)) {
            Issue.record("\(comment()): wrong lines were delivered")
        }
        if reading.lines.count < whole.count, reading.error == nil {
            Issue.record("\(comment()): lines lost in silence")
        }
        if let error = reading.error, error.description.contains("\n") || !error.description.contains("t.gz") {
            Issue.record("\(comment()): \(error)")
        }
    }

    private func smallTape(_ folder: Scratch) throws -> String {
        try folder.tape("whole.gz", lines: 24, configuration: .init(memberSize: 1 << 10, workers: 1))
    }

    @Test func aTapeCutAnywhereGivesEveryWholeMemberAndSaysSo() throws {
        let folder = try Scratch()
        let whole = try smallTape(folder)
        let lines = Reading([whole]).lines
        let bytes = try Scratch.bytes(whole)
        // Where members end, found by hopping.
        var ends: [Int: Int] = [:]
        var at = 0
        var count = 0
        while case .field(let field) = TapeMemberField.read(bytes.span, at: at) {
            at += field.memberSize
            count += field.isHeader ? 0 : field.lines
            ends[at] = count
        }
        #expect(at == bytes.count && ends.count > 3)
        var expected = 0
        for length in 0..<bytes.count {
            let path = try folder.write("t.gz", bytes: Array(bytes[..<length]))
            let reading = Reading([path], .init(workers: 1))
            if let count = ends[length] { expected = count }
            if ends[length] != nil {
                // A cut between members is invisible; only the missing `closed` could tell.
                #expect(reading.error == nil && reading.lines == Array(lines[..<expected]), "cut at \(length)")
            } else {
                #expect(reading.lines == Array(lines[..<expected]), "cut at \(length)")
                let code = reading.error?.code
                #expect(
                    code == .truncated || (length == 0 && code == .empty),
                    "cut at \(length): \(String(describing: code))")
            }
        }
    }

    @Test func aFlippedByteNeverTrapsAndNeverGivesWrongLines() throws {
        let folder = try Scratch()
        let whole = try smallTape(folder)
        let lines = Reading([whole]).lines
        let bytes = try Scratch.bytes(whole)
        var faults = 0
        for place in bytes.indices {
            for mask in [1, 0x80, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[place] ^= mask
                let reading = Reading([try folder.write("t.gz", bytes: damaged)], .init(workers: 1))
                check(reading, lines, "byte \(place) xor \(mask)")
                if reading.error != nil { faults += 1 }
            }
        }
        // gzip's own first bytes aside, every flip is found.
        #expect(faults >= (bytes.count - 16) * 3)
    }

    @Test func aDamagedMemberIsNamedByItsOffset() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 200)
        var bytes = try Scratch.bytes(path)
        guard case .field(let header) = TapeMemberField.read(bytes.span, at: 0),
            case .field(let first) = TapeMemberField.read(bytes.span, at: header.memberSize)
        else {
            Issue.record("no tape")
            return
        }
        let second = header.memberSize + first.memberSize
        bytes[second + 90] ^= 0xFF
        try folder.write("t.gz", bytes: bytes)
        let reading = Reading([path], .init(workers: 4))
        #expect(reading.lines.count == first.lines)
        #expect(reading.error?.offset == Int64(second))
        guard case .badMember = reading.error?.code else {
            Issue.record("\(String(describing: reading.error))")
            return
        }
    }

    @Test(arguments: [[0, 0, 0, 0], Array("tail".utf8), [0x1F, 0x8B], [UInt8](repeating: 0, count: 4096)])
    func bytesBehindTheLastMemberAreAnError(tail: [UInt8]) throws {
        let folder = try Scratch()
        let whole = try Scratch.bytes(try smallTape(folder))
        let reading = Reading([try folder.write("t.gz", bytes: whole + tail)])
        #expect(reading.lines.count == 24)
        #expect(reading.error?.offset == Int64(whole.count))
        let code = reading.error?.code
        #expect(code == .trailingBytes || (tail.first == 0x1F && code == .truncated))
    }

    @Test func hugeLengthsAreRefusedBeforeAnythingIsAllocated() throws {
        let folder = try Scratch()
        let bytes = try Scratch.bytes(try smallTape(folder))
        guard case .field(let header) = TapeMemberField.read(bytes.span, at: 0),
            case .field(let good) = TapeMemberField.read(bytes.span, at: header.memberSize)
        else {
            Issue.record("no tape")
            return
        }
        let damages: [(inout TapeMemberField) -> Void] = [
            { $0.memberSize = 0xFFFF_FFFF }, { $0.memberSize = 0 }, { $0.memberSize = 5 << 20 },
            { $0.textSize = 0xFFFF_FFFF }, { $0.textSize = 0 }, { $0.textSize = 4 << 20 }, { $0.textSize -= 1 },
            { $0.textSize += 1 }, { $0.lines = 0xFFFF_FFFF }, { $0.lines = 0 }, { $0.lines += 1 },
            { $0.lastSequence = .max }, { $0.firstSequence = .min }, { $0.lastReceive = .max },
            { $0.firstReceive = .min }, { $0.firstSequence = 0 }, { $0.isHeader = true }, { $0.segment = -1 },
        ]
        for (index, damage) in damages.enumerated() {
            var field = good
            damage(&field)
            var head: [UInt8] = []
            field.appendHead(to: &head)
            var damaged = bytes
            damaged.replaceSubrange(header.memberSize..<header.memberSize + 76, with: head)
            let reading = Reading([try folder.write("t.gz", bytes: damaged)], .init(workers: 1))
            #expect(reading.lines.isEmpty, "damage \(index)")
            #expect(reading.error?.offset == Int64(header.memberSize), "damage \(index)")
        }
    }

    @Test func aBombStopsAtItsDeclaredSizeOrTheLineLimit() throws {
        let folder = try Scratch()
        // A member that declares 1000 bytes and inflates to 64 MiB.
        let zeros = [UInt8](repeating: 0x20, count: 64 << 20)
        var header: [UInt8] = []
        Scratch.header().appendLine(to: &header)
        var field = TapeMemberField()
        field.lines = 1
        (field.firstSequence, field.lastSequence) = (1, 1)
        let data = Deflate.compress(zeros, level: 9)
        #expect(data.count * 900 < zeros.count)
        field.textSize = 1_000
        field.memberSize = 84 + data.count
        var file = TapeMember.encode(TapeMemberBuilder.header(header, receive: 1, segment: 0), level: 6)
        field.appendHead(to: &file)
        file += data + [0, 0, 0, 0, 0, 0, 0, 4]
        let bomb = Reading([try folder.write("t.gz", bytes: file)])
        guard case .badMember = bomb.error?.code else {
            Issue.record("\(String(describing: bomb.error))")
            return
        }
        // The same as foreign gzip: one endless line.
        let plain = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + data + [0, 0, 0, 0, 0, 0, 0, 4]
        #expect(Reading([try folder.write("u.gz", bytes: plain)]).error?.code == .lineTooLong(limit: 4 << 20))
    }

    @Test func randomBytesNeverTrap() throws {
        let folder = try Scratch()
        let pieces: [[UInt8]] = [
            TapeMemberField.signature, Array(#"{"seq":1,"receive":2,"frame":{}}"#.utf8), Array(#"{"seq":"#.utf8),
            Array(#","receive":"#.utf8), Array(#","event":"gap""#.utf8), Array("\"\\ud800".utf8), [0x0A],
            [0x1F, 0x8B, 8],
            Array("18446744073709551616".utf8), Array("9223372036854775807".utf8), Array("[[[[{".utf8), Array("}".utf8),
            Array(#"{"tape":1,"seq":0}"#.utf8),
            Array(#"{"data":[{"p":1,"s":"A","t":1700000000000,"v":1}],"type":"trade"}"#.utf8),
        ]
        for seed in 1...600 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                if Int.random(in: 0..<4, using: &random) == 0 {
                    bytes += (0..<Int.random(in: 1...90, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                } else {
                    bytes += pieces[Int.random(in: 0..<pieces.count, using: &random)]
                }
            }
            let span = bytes.span
            _ = TapeMemberField.read(span, at: Int.random(in: 0...bytes.count, using: &random))
            let start = Int.random(in: 0...bytes.count, using: &random)
            let range = start..<Int.random(in: start...bytes.count, using: &random)
            _ = Envelope(canonical: span, in: range)
            _ = TapeEvent(line: span, in: range)
            _ = JSONFields.string(span, in: range)
            _ = JSONFields.strings(span, in: range)
            _ = JSONFields.integer(span, in: range)
            _ = ForeignLine.read(span, range, number: 1)
            let path = try folder.write("t.gz", bytes: bytes)
            _ = Reading([path], .init(workers: 1))
            _ = Reading([path], .init(workers: 1, skipsBadLines: true))
        }
    }
}
