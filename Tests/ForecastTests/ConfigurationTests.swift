import Testing

@testable import Forecast

@Suite struct ConfigurationTests {
    @Test(arguments: [
        ("1", Horizon.trades(1), "1 trade", "1"), ("10", .trades(10), "10 trades", "10"),
        ("10t", .trades(10), "10 trades", "10"), ("5s", .time(milliseconds: 5_000), "5 seconds", "5s"),
        ("1s", .time(milliseconds: 1_000), "1 second", "1s"),
        ("250ms", .time(milliseconds: 250), "250 milliseconds", "250ms"),
        ("2000ms", .time(milliseconds: 2_000), "2 seconds", "2s"),
    ])
    func aHorizonIsReadAndSpelledWithItsUnit(_ text: String, _ horizon: Horizon, _ words: String, _ token: String)
        throws
    {
        let parsed = try Horizon(parsing: text)
        #expect(parsed == horizon)
        #expect(parsed.text == words && parsed.token == token)
        #expect(try Horizon(parsing: token) == horizon)
    }

    @Test(arguments: [
        "", "0", "-1", "t", "5x", "5 s", "1.5s", "0s", "1000001", "99999999999999999999", "9223372036854775807s", "３",
    ])
    func abadHorizonIsRefusedByName(_ text: String) {
        #expect {
            try Horizon(parsing: text)
        } throws: { error in
            "\(error)".contains("--horizon \(text): not accepted; give ")
        }
        #expect {
            try OriginRule(parsing: text)
        } throws: { error in
            "\(error)".contains("--every \(text): not accepted; give ")
        }
    }

    @Test func originsDefaultByTheHorizon() {
        var configuration = ForecastConfiguration()
        #expect(configuration.originRule == .trades(1))
        configuration.horizon = .time(milliseconds: 5_000)
        #expect(configuration.originRule == .time(milliseconds: 1_000))
        configuration.every = .trades(1)
        #expect(configuration.originRule == .trades(1))
    }

    struct Change: CustomTestStringConvertible {
        var testDescription: String
        var isAccepted: Bool
        var apply: @Sendable (inout ForecastConfiguration) -> Void
    }

    static let changes = [
        Change(testDescription: "defaults", isAccepted: true) { _ in },
        Change(testDescription: "1024 trades", isAccepted: true) { $0.horizon = .trades(1_024) },
        Change(testDescription: "1025 trades", isAccepted: false) { $0.horizon = .trades(1_025) },
        Change(testDescription: "1025 trades, every 2", isAccepted: true) {
            $0.horizon = .trades(1_025)
            $0.every = .trades(2)
        },
        Change(testDescription: "1023 s", isAccepted: true) { $0.horizon = .time(milliseconds: 1_023_000) },
        Change(testDescription: "1024 s", isAccepted: false) { $0.horizon = .time(milliseconds: 1_024_000) },
        Change(testDescription: "1 h each trade", isAccepted: true) {
            $0.horizon = .time(milliseconds: 3_600_000)
            $0.every = .trades(1)
        },
        Change(testDescription: "horizon 0", isAccepted: false) { $0.horizon = .trades(0) },
        Change(testDescription: "every 0", isAccepted: false) { $0.every = .time(milliseconds: 0) },
        Change(testDescription: "lateness below 0", isAccepted: false) { $0.latenessMilliseconds = -1 },
        Change(testDescription: "future below 0", isAccepted: false) { $0.futureMilliseconds = -1 },
        Change(testDescription: "silence 0", isAccepted: false) { $0.maxSilenceMilliseconds = 0 },
        Change(testDescription: "pending 0", isAccepted: false) { $0.maxPending = 0 },
        Change(testDescription: "warm-up below 0", isAccepted: false) { $0.warmup = -1 },
        Change(testDescription: "level 1000", isAccepted: false) { $0.levelPermille = 1_000 },
        Change(testDescription: "λ 0.998", isAccepted: true) { $0.lambda = 0.998 },
        Change(testDescription: "λ 0", isAccepted: false) { $0.lambda = 0 },
        Change(testDescription: "λ above 1", isAccepted: false) { $0.lambda = 1.0000001 },
        Change(testDescription: "λ NaN", isAccepted: false) { $0.lambda = .nan },
        Change(testDescription: "κ below 0", isAccepted: false) { $0.ridge = -1 },
        Change(testDescription: "κ NaN", isAccepted: false) { $0.ridge = .nan },
        Change(testDescription: "κ 1", isAccepted: true) { $0.ridge = 1 },
    ]

    @Test(arguments: changes)
    func aSenselessConfigurationIsRefused(_ change: Change) {
        var configuration = ForecastConfiguration()
        change.apply(&configuration)
        if change.isAccepted {
            #expect(throws: Never.self) { try configuration.validate() }
        } else {
            #expect {
                try configuration.validate()
            } throws: { error in
                let text = "\(error)"
                return text.hasPrefix("--") && text.contains("not accepted; give ") && !text.contains("\n")
            }
        }
    }

    @Test func theCanonicalFormIsSorted() {
        #expect(
            ForecastConfiguration().canonicalJSON == #"""
                {"algorithm":2,"calendar":"continuous","every":"1","features":"default","future_ms":60000,"horizon":"1",\#
                "interval":"empirical","lambda":1,"lateness_ms":5000,"level_permille":900,"max_pending":1024,\#
                "max_silence_ms":1800000,"odd_lots":false,"ridge":0,"target":"return_bps","warmup":200}
                """#)
    }

    @Test func aRevisionChangesWithEveryOption() {
        let changes: [(inout ForecastConfiguration) -> Void] = [
            { _ in }, { $0.horizon = .trades(2) }, { $0.horizon = .time(milliseconds: 2_000) },
            { $0.every = .trades(2) }, { $0.latenessMilliseconds = 1 }, { $0.futureMilliseconds = 1 },
            { $0.maxSilenceMilliseconds = 1 }, { $0.maxPending = 1 }, { $0.warmup = 1 }, { $0.oddLots = true },
            { $0.lambda = 0.99 }, { $0.ridge = 1 }, { $0.levelPermille = 950 },
        ]
        var revisions: Set<String> = []
        for change in changes {
            var configuration = ForecastConfiguration()
            change(&configuration)
            for model in ForecastModel.allCases {
                let revision = configuration.revision(of: model)
                #expect(revision.utf8.count == 12 && revision.allSatisfy(\.isHexDigit))
                revisions.insert(revision)
            }
        }
        #expect(revisions.count == changes.count * ForecastModel.allCases.count)
        // The default written out is the same history.
        var explicit = ForecastConfiguration()
        explicit.every = .trades(1)
        #expect(explicit.revision(of: .ols) == ForecastConfiguration().revision(of: .ols))
    }
}
