import Diagnostics
import Testing

@Suite struct RedactionTests {
    @Test(arguments: [
        ("wss://ws.finnhub.io/?token=abc123 failed", "wss://ws.finnhub.io/?*** failed"),
        ("mongodb://bob:s3cr@t@host:1/db", "mongodb://bob:***@host:1/db"),
        ("mongodb://bob:pw@h1:1,h2:2/db?authSource=admin", "mongodb://bob:***@h1:1,h2:2/db?***"),
        ("no url here", "no url here"),
    ])
    func hidesQueriesAndPasswords(text: String, shown: String) {
        #expect(Redaction.urls(in: text) == shown)
    }
}
