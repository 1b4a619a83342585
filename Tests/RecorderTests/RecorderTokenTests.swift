import Testing

@testable import Recorder

@Suite struct RecorderTokenTests {
    @Test func showsNowhere() throws {
        let token = try #require(RecorderToken(" abc+/=d\n"))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \(dumped)".contains("abc"))
        #expect(token.query == "token=abc%2B%2F%3Dd")
        #expect(token.redact("bad key abc+/=d here") == "bad key *** here")
        #expect(token.redact("no page /?token=abc%2B%2F%3Dd") == "no page /?token=***")
    }

    @Test(arguments: ["", "  ", "a b", "a\tb"]) func refusesWhatIsNoKey(text: String) {
        #expect(RecorderToken(text) == nil)
    }
}
