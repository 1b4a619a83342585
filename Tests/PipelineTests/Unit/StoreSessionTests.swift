import Mongo
import Testing

@testable import Pipeline

@Suite struct StoreSessionTests {
    /// Buffers of so many documents each.
    static func buffers(_ counts: [Int]) -> [DocumentBuffer] {
        counts.map { count in
            var buffer = DocumentBuffer()
            for _ in 0..<count { buffer.append(BSONDocument().bytes) }
            return buffer
        }
    }

    static func session(_ store: ScriptedStore) -> StoreSession {
        StoreSession(store: store, patience: StorePatienceTests.ManualTime().patience(limit: .seconds(60)))
    }

    static let fault = StoreFault.retry(kind: "network", message: "away")

    @Test func onlyWhatHasNoAnswerIsSentAgain() throws {
        let store = ScriptedStore([
            { BulkAttempt(answers: $0.map { [1, 4].contains($0) ? nil : .done }, fault: Self.fault) },
            { BulkAttempt(answers: $0.map { $0 == 4 ? nil : .duplicate }, fault: Self.fault) },
            { BulkAttempt(answers: $0.map { _ in .refused(code: 121) }, fault: nil) },
        ])
        let answers = try Self.session(store).insert(Self.buffers([2, 0, 3]), into: .trades)
        #expect(answers == [.done, .duplicate, .done, .done, .refused(code: 121)])
        #expect(store.sent == [[0, 1, 2, 3, 4], [1, 4], [4]])
    }

    @Test func anUnknownOutcomeIsSentAgainWhole() throws {
        let store = ScriptedStore([
            { BulkAttempt(answers: $0.map { _ in nil }, fault: Self.fault) },
            { BulkAttempt(answers: $0.map { _ in .duplicate }, fault: nil) },
        ])
        #expect(
            try Self.session(store).insert(Self.buffers([3]), into: .trades) == [.duplicate, .duplicate, .duplicate])
        #expect(store.sent == [[0, 1, 2], [0, 1, 2]])
    }

    @Test func whatRepeatingCannotCureEndsTheInsert() {
        let store = ScriptedStore([{ BulkAttempt(answers: $0.map { _ in nil }, fault: .fatal("no permission")) }])
        #expect(throws: StoreFault.fatal("no permission")) {
            try Self.session(store).insert(Self.buffers([2]), into: .trades)
        }
        #expect(store.sent.count == 1)
    }

    @Test func nothingIsSentForNothing() throws {
        let store = ScriptedStore([])
        #expect(try Self.session(store).insert(Self.buffers([0, 0]), into: .trades).isEmpty)
        #expect(store.sent.isEmpty)
    }
}
