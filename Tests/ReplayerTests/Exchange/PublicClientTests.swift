import Foundation
import Tape
import TestSupport
import Testing

@testable import Replayer

/// Finnhub's own example, run with PyPI's websocket-client against us.
@Suite struct PublicClientTests {
    /// As in Finnhub's documentation, with an end when the server closes.
    private static let script = """
        import sys, websocket
        symbols = sys.argv[2:]
        def on_message(ws, message): print(message)
        def on_error(ws, error): print("error", type(error).__name__, file=sys.stderr)
        def on_open(ws):
            for symbol in symbols:
                ws.send('{"type":"subscribe","symbol":"' + symbol + '"}')
        ws = websocket.WebSocketApp(sys.argv[1], on_message=on_message, on_error=on_error)
        ws.on_open = on_open
        ws.run_forever()
        """

    @Test func aPublicClientReceivesTheSameTrades() async throws {
        guard let python = PythonProgram.importing("websocket") else { return }
        try await onThread {
            let tape = TestPaths.fixture("tapes/market-four-symbols.jsonl.gz")
            let service = try ExchangeFixture.serve([tape]) {
                $0.speed = .maximum
                $0.waitsForSubscriptions = true
                $0.token = "key"
            }
            defer { service.stop() }
            let symbols = try ExchangeFixture.symbols(of: [tape])
            let run = try CommandRun.program(
                python, ["-c", Self.script, "ws://\(service.address)/?token=key"] + symbols)
            let expected = try ExchangeFixture.messages(of: [tape]).map { String(decoding: $0.bytes, as: UTF8.self) }
            #expect(run.outputText.split(separator: "\n").map(String.init) == expected)
        }
    }
}
