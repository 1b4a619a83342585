import Foundation
import TestSupport

@testable import Recorder

/// The simulated Finnhub as a process of its own.
final class ExchangeProcess {
    /// One entry of its fault log.
    struct Fault: Decodable, Equatable {
        let kind: String
        let seq: Int?
    }

    /// Its report.
    struct Report: Decodable {
        struct Refused: Decodable { let byFault: Int }
        let messages: Int
        let faults: [Fault]
        let faultCount: Int
        let refused: Refused
    }

    private let command: RunningCommand
    let address: String

    /// Serves tapes; `address` takes an earlier one's again.
    init(_ tapes: [String], _ more: [String] = [], folder: TemporaryFolder, address: String = "127.0.0.1:0") throws {
        let ready = folder.file("exchange-ready")
        try? FileManager.default.removeItem(atPath: ready)
        command = try RunningCommand(
            TestPaths.program,
            ["exchange"] + tapes + ["--listen", address, "--ready-file", ready, "--json"] + more)
        guard command.waitFor("\"address\"") else { throw CocoaError(.executableLoad) }
        // The file comes after the line.
        for _ in 0..<1000 where !FileManager.default.fileExists(atPath: ready) { usleep(10_000) }
        let text = try String(contentsOfFile: ready, encoding: .utf8)
        self.address = text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit {
        command.signal(SIGCONT)
        command.signal(SIGKILL)
    }

    var url: String { "ws://\(address)/" }

    func signal(_ number: Int32) { command.signal(number) }

    /// Holds the market's clock.
    func pause() throws {
        let run = try CommandRun.program("/usr/bin/curl", ["-sS", "-f", "-X", "POST", "http://\(address)/pause"])
        guard run.status == 0 else { throw CocoaError(.executableLoad, userInfo: ["curl": run.errorText]) }
    }

    /// Ends it.
    func stop() throws -> Report {
        command.signal(SIGTERM)
        let line = command.wait().outputText.split(separator: "\n").last ?? ""
        return try JSONDecoder().decode(Report.self, from: Data(line.utf8))
    }
}
