import Diagnostics
import Foundation
import JSONText
import Replayer
import Synchronization
import Tape
import TestSupport

@testable import Replayer

/// Starts exchanges and says what their clients must get.
enum ExchangeFixture {
    static func serve(
        _ tapes: [String], log: Log = .silent, inRealTime: Bool = false,
        _ change: (inout ExchangeConfiguration) -> Void = { _ in }
    ) throws -> ExchangeService {
        var configuration = ExchangeConfiguration(tapes: tapes, listen: .tcp(host: "127.0.0.1", port: 0))
        configuration.maximumSymbols = 10_000
        change(&configuration)
        return try ExchangeService(
            configuration: configuration, log: log,
            makeTime: { if inRealTime { SystemTimeSource() } else { ManualTime() } })
    }

    /// A shared market of tapes at recorded speed.
    static func shared(_ tapes: [String]) -> ExchangeConfiguration {
        var configuration = ExchangeConfiguration(tapes: tapes, listen: .tcp(host: "127.0.0.1", port: 0))
        configuration.isShared = true
        return configuration
    }

    /// What is on the wire if a client gets everything.
    static func messages(of tapes: [String]) throws -> [ExchangeClientDouble.Message] {
        let reader = try TapeReader(paths: tapes)
        var messages: [ExchangeClientDouble.Message] = []
        while let batch = try reader.next() {
            for line in batch.lines where line.kind != .event {
                messages.append(
                    .init(bytes: try batch.message(line), kind: line.kind == .binary ? .binary : .text))
            }
        }
        return messages
    }

    static func symbols(of tapes: [String]) throws -> [String] {
        try TapeInfo.read(paths: tapes).symbols.map(\.name)
    }
}

/// A source that gives a batch only when a test lets it.
final class GatedSource: TapeSource {
    private let reader: TapeReader
    private let gate: DispatchSemaphore

    init(_ reader: TapeReader, _ gate: DispatchSemaphore) {
        self.reader = reader
        self.gate = gate
    }

    func next() throws(TapeError) -> TapeBatch? {
        gate.wait()
        return try reader.next()
    }
}
