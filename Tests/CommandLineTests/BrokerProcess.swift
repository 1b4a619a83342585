import Foundation
import TestSupport
import Testing

/// Runs a test beside a real `tapedeck broker` on a free port, and ends it afterwards.
func withBroker<Result>(_ topics: [String] = ["raw_data:4"], _ body: (String) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder()
    let ready = folder.file("ready")
    let arguments = ["broker", "--listen", "127.0.0.1:0", "--ready-file", ready] + topics.flatMap { ["--topic", $0] }
    let broker = try RunningCommand(Tapedeck.path, arguments, environment: Tapedeck.environment())
    defer {
        broker.signal(SIGTERM)
        let end = broker.wait(limit: .seconds(15))
        #expect(end.status == 0, "a service ends with 0 on SIGTERM: \(end.errorText)")
        #expect(!FileManager.default.fileExists(atPath: ready), "the ready file goes with the service")
    }
    guard broker.waitFor("listening on ") else { throw BrokerFailure() }
    let address = try String(contentsOfFile: ready, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    return try body(address)
}

/// The broker did not come up.
struct BrokerFailure: Error {}
