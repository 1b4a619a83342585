import Foundation
import Testing

@testable import Tape

@Suite struct TapeFileTests {
    @Test func missingEmptyAndFolderAreToldApart() throws {
        let folder = try Scratch()
        let empty = try folder.write("empty.gz", "")
        let emptyGzip = try folder.write("none.gz", bytes: [UInt8](try Scratch.output(of: "gzip", ["-c", empty]).text))
        #expect(Reading([folder.file("no.gz")]).error?.code == .system(call: "open", number: 2))
        #expect(Reading([empty]).error?.code == .empty)
        #expect(Reading([emptyGzip]).error?.code == .empty)
        #expect(Reading([try folder.write("blank.jsonl", "\n\n")]).error?.code == .empty)
        #expect(Reading([folder.path]).error?.code == .isDirectory)
        #expect(Reading([]).error != nil)
        for path in [folder.file("no.gz"), empty, folder.path] {
            let text = Reading([path]).error?.description ?? ""
            #expect(text.hasPrefix(path) && !text.contains("\n"))
        }
    }

    @Test func anotherVersionIsRefusedInEveryForm() throws {
        let folder = try Scratch()
        let line = #"{"seq":0,"receive":5,"tape":2,"stream":"a","source":"s","symbols":[],"recorder":"r","part":1}"#
        let version = TapeError.Code.unsupportedVersion(found: 2, supported: 1)
        #expect(Reading([try folder.write("a.jsonl", line + "\n")]).error?.code == version)
        let member = TapeMember.encode(TapeMemberBuilder.header(Array(line.utf8), receive: 5, segment: 0), level: 6)
        #expect(Reading([try folder.write("b.gz", bytes: member)]).error?.code == version)
        // Version 2 in the subfield, with its CRC in order.
        var later = member
        later[16] = 2
        var crc: [UInt8] = []
        crc.appendLittle(Deflate.crc32(later, 16..<72))
        later.replaceSubrange(72..<76, with: crc)
        #expect(Reading([try folder.write("c.gz", bytes: later)]).error?.code == version)
    }

    @Test func settingsOutOfRangeAreRefusedNamingTheRange() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 3)
        let readings: [TapeReaderConfiguration] = [
            .init(workers: 0), .init(workers: 65), .init(windowBytes: 0), .init(windowBytes: 2 << 30),
            .init(stream: "a b"),
        ]
        for reading in readings {
            guard case .badSetting(_, _, let accepted) = Reading([path], reading).error?.code else {
                Issue.record("\(reading) was accepted")
                continue
            }
            #expect(!accepted.isEmpty)
        }
        let writings: [TapeWriterConfiguration] = [
            .init(level: 0), .init(level: 10), .init(memberSize: 1_023), .init(memberSize: 5 << 20),
            .init(memberTime: .zero), .init(memberTime: .seconds(86_401)), .init(workers: -1),
        ]
        for writing in writings {
            #expect(throws: TapeError.self) {
                try TapeWriter(path: folder.file("n.gz"), header: Scratch.header(), configuration: writing)
            }
        }
        #expect(throws: TapeError.self) {
            try TapeWriter(path: folder.file("n.gz"), header: Scratch.header(stream: "a|b"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["t.gz"])
    }

    @Test func anExistingTapeIsReplacedOnlyOnRequest() throws {
        let folder = try Scratch()
        let path = try folder.write("t.gz", "precious")
        #expect(throws: TapeError(.exists, path: path)) { try TapeWriter(path: path, header: Scratch.header()) }
        #expect(throws: TapeError(.isDirectory, path: folder.path)) {
            try TapeWriter(path: folder.path, header: Scratch.header())
        }
        let writer = try TapeWriter(path: path, header: Scratch.header(), configuration: .init(overwrites: true))
        #expect(try Scratch.bytes(path) == Array("precious".utf8))
        _ = try writer.finish()
        #expect(try Scratch.zcat(path).hasPrefix("{\"seq\":0"))
    }

    @Test func aFileThatAppearsMeanwhileIsNotReplaced() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        let writer = try TapeWriter(path: path, header: Scratch.header())
        try folder.write("t.gz", "precious")
        #expect(throws: TapeError(.exists, path: path)) { try writer.finish() }
        #expect(try Scratch.bytes(path) == Array("precious".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["t.gz"])
    }

    @Test func anAbandonedTapeLeavesNothing() throws {
        let folder = try Scratch()
        do {
            let writer = try TapeWriter(path: folder.file("t.gz"), header: Scratch.header())
            try writer.append(frame: Array("{}".utf8), sequence: 1, receive: 1)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func whatAKilledWriterLeftIsTakenOverAndALiveOneIsNot() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        try folder.write("t.gz.partial", "rubbish of a killed process")
        let writer = try TapeWriter(path: path, header: Scratch.header())
        #expect(throws: TapeError(.busy, path: path)) { try TapeWriter(path: path, header: Scratch.header()) }
        _ = try writer.finish()
        #expect(Reading([path]).error == nil)
    }

    @Test func aMissingFolderIsNamed() throws {
        let folder = try Scratch()
        let path = folder.file("no/such/t.gz")
        #expect(throws: TapeError(.system(call: "open", number: 2), path: path)) {
            try TapeWriter(path: path, header: Scratch.header())
        }
    }

    @Test func linesOutOfOrderAreRefusedAndTheWriterGoesOn() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        let writer = try TapeWriter(path: path, header: Scratch.header())
        #expect(throws: TapeError.self) { try writer.append(frame: [0x31], sequence: 0, receive: 5) }
        try writer.append(frame: [0x31], sequence: 2, receive: 5)
        for (sequence, receive) in [(2, 5), (1, 6), (3, 4), (3, -1)] as [(Int64, Int64)] {
            let error = #expect(throws: TapeError.self) {
                try writer.append(frame: [0x31], sequence: sequence, receive: receive)
            }
            guard case .disorder = error?.code else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        try writer.append(frame: [0x32], sequence: 3, receive: 5)
        _ = try writer.finish()
        #expect(Reading([path]).lines.map(\.sequence) == [2, 3])
    }

    @Test func standardInputAndPipesAreReadWithoutSeek() throws {
        let folder = try Scratch()
        let tape = try folder.tape("t.gz", lines: 400)
        let fifo = folder.file("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        let bytes = try Scratch.bytes(tape)
        let feeder = Thread {
            try? FileHandle(forWritingTo: URL(fileURLWithPath: fifo)).write(contentsOf: Data(bytes))
        }
        feeder.start()
        let window = TapeWindow(sequences: 200..<300)
        let piped = Reading([fifo], .init(window: window))
        #expect(piped.error == nil)
        #expect(piped.lines == Array(Reading([tape]).lines[199..<299]))
        #expect(Reading(["-", "-"]).error != nil)
    }
}
