import Foundation
import TestSupport
import Testing
import TradeModel

@testable import Fuzzing

/// What fuzzing has collected, run again: inputs that reach every part of the decoders, and every input that once broke
/// a promise (`finding-*`).
@Suite struct FuzzRegressionTests {
    private static func inputs(_ name: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = TestPaths.fixture("fuzz/\(name)")
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { file in
            (file, Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))))
        }
    }

    @Test func framesKeepTheirPromises() throws {
        var check = FrameDecoderCheck()
        var reasons: Set<FrameError.Reason> = []
        var (messages, good, rejected) = (0, 0, 0)
        for input in try Self.inputs("frame-decoder") {
            do {
                switch try check.run(input.bytes) {
                case .refused(let reason): reasons.insert(reason)
                case .message: messages += 1
                case .trades(let here, let bad): (good, rejected) = (good + here, rejected + bad)
                }
            } catch {
                Issue.record("\(input.name): \(error)")
            }
        }
        // The corpus reaches everything, or it would say nothing.
        #expect(reasons == [.notJSON, .unknownShape] && messages > 5 && good > 10 && rejected > 10)
    }

    @Test func tapesKeepTheirPromises() throws {
        let folder = try TemporaryFolder("fuzz")
        let check = TapeReaderCheck(folder: folder.path)
        var outcomes: [TapeReaderCheck.Outcome] = []
        for input in try Self.inputs("tape-reader") {
            do { outcomes.append(try check.run(input.bytes)) } catch { Issue.record("\(input.name): \(error)") }
        }
        for isReadable in [true, false] {
            for isWhole in [true, false] where isReadable || !isWhole {
                let some = outcomes.filter { $0.isReadable == isReadable && $0.isWhole == isWhole && $0.lines > 0 }
                #expect(some.count > 5, "readable \(isReadable), whole \(isWhole)")
            }
        }
        #expect(outcomes.count { $0.recovered ?? 0 > Int64($0.lines) } > 5, "recovery found more than the reader")
        #expect(outcomes.count { $0.recovered == nil } > 5)
    }

    /// The format written by its specification alone reads as the writer's own.
    @Test func whatTheSpecificationSaysIsATape() throws {
        let folder = try TemporaryFolder("fuzz")
        let header =
            #"{"seq":0,"receive":5,"tape":1,"stream":"s","source":"x","symbols":[],"recorder":"x","part":1}"# + "\n"
        let lines = (1...9).map { #"{"seq":\#($0),"receive":\#($0 + 5),"frame":{"type":"ping"}}"# + "\n" }.joined()
        let end = #"{"seq":10,"receive":15,"event":"closed","cause":"end"}"# + "\n"
        let outcome = try TapeReaderCheck(folder: folder.path).run([2] + Array("\(header)\0\(lines)\0\(end)".utf8))
        #expect(outcome == .init(lines: 10, isReadable: true, isWhole: true, recovered: 10))
    }

    /// A check that lets everything pass would find nothing either.
    @Test func brokenPromisesAreFindings() {
        #expect(throws: FuzzFinding.self) { try promise(false, "kept") }
        #expect(FoundationFrame.takesTooMuch(Array("[1 , ]".utf8)) && !FoundationFrame.takesTooMuch(Array("[1]".utf8)))
        #expect(FoundationFrame.takesTooLittle(Array(#""\uD800""#.utf8)))
        let reference = FoundationFrame(Array(#"{"data":[{"p":1.5,"s":"A","t":1723210200734,"v":2,"c":["1"]}]}"#.utf8))
        let trade = reference?.data?.first?.trade
        let same = Trade(
            symbol: "A", price: DecimalText(text: "1.5", value: 1.5), volume: DecimalText(text: "2", value: 2),
            time: 1_723_210_200_734, conditions: .codes(["1"]))
        #expect(trade?.isAcceptable == true && trade?.equals(same) == true)
        var other = same
        other.conditions = .null
        #expect(trade?.equals(other) == false)
    }
}
