import Testing
import WebSocket

@Suite struct WebSocketURLTests {
    @Test(arguments: [
        ("wss://ws.finnhub.io?token=abc", "wss://ws.finnhub.io/", 443, true),
        ("ws://127.0.0.1:8080/feed?token=a?b", "ws://127.0.0.1:8080/feed", 8080, false),
        ("WS://[::1]:9/x#y", "ws://[::1]:9/x", 9, false),
    ])
    func readsAddressesAndHidesQueries(text: String, shown: String, port: Int, secure: Bool) throws {
        let url = try WebSocketURL(text)
        #expect(url.description == shown)
        #expect(url.port == port)
        #expect(url.isSecure == secure)
    }

    @Test(arguments: [
        "", "ws.finnhub.io", "http://x/", "ws://", "ws://a:b/", "ws://u:p@h/", "ws://h:0/", "ws://h /?token=abc",
    ])
    func refusesOthersWithoutTheQuery(text: String) {
        do {
            _ = try WebSocketURL(text)
            Issue.record("accepted")
        } catch {
            #expect(error.kind == .address)
            #expect(!error.description.contains("abc"))
        }
    }
}
