import Simulator
import Testing

@Suite struct SimulatorConfigurationTests {
    typealias Change = @Sendable (inout SimulatorConfiguration) -> Void

    static let refused: [(String, Change)] = [
        ("symbols", { $0.symbols = [] }), ("symbols", { $0.symbols = ["A", "A"] }),
        ("symbols", { $0.symbols = ["A\n"] }),
        ("trades", { $0.trades = 0 }), ("trades", { $0.trades = nil }), ("duration", { $0.duration = .zero }),
        ("duration", { $0.duration = .seconds(1_000_000_000) }), ("start", { $0.start = 0 }),
        ("start", { $0.start = .max }),
        ("rate", { $0.rate = 0 }), ("rate", { $0.rate = .nan }), ("rate", { ($0.rate, $0.trades) = (1e-4, 1_000_000) }),
        ("burst-share", { $0.burstShare = 1.1 }), ("burst-length", { $0.burstLength = 0 }),
        ("price-decimals", { $0.priceDecimals = 10 }), ("price-decimals", { $0.priceDecimals = -1 }),
        ("tick", { $0.tick = 0 }), ("price", { $0.price = 0.5 }), ("price", { $0.price = .infinity }),
        ("price", { ($0.price, $0.priceDecimals) = (1e6, 9) }), ("volatility", { $0.volatility = -1 }),
        ("bounce", { $0.bounce = -1 }), ("disorder", { $0.disorder = 2 }), ("gap-length", { $0.gapLength = .zero }),
        ("gap-every", { $0.gapEvery = .seconds(30) }), ("ping", { $0.ping = .seconds(-1) }),
        ("frame-interval", { $0.frameInterval = .seconds(-1) }), ("delay", { $0.delay = .seconds(3601) }),
        ("relation", { $0.relation = [0.5, 0.5, 0] }), ("relation", { $0.relation = [0.5] }),
        ("relation", { $0.relation = [.nan, 0, 0] }),
    ]

    @Test(arguments: refused.indices)
    func refusesAndNamesTheOption(index: Int) {
        let (option, change) = Self.refused[index]
        var configuration = SimulatorConfiguration()
        change(&configuration)
        do throws(SimulatorError) {
            try configuration.validate()
            Issue.record("\(option) was accepted")
        } catch {
            #expect(error.option == option)
            #expect(error.description.contains("--\(option) ") && !error.description.contains("\n"))
        }
        #expect(throws: SimulatorError.self) { try SimulatedMarket(configuration) }
    }

    @Test func theDefaultIsAccepted() throws { try SimulatorConfiguration().validate() }

    @Test func theStreamDependsOnEveryParameter() {
        let changes: [Change] = [
            { $0.symbols = ["A"] }, { $0.symbols = ["A", "B"] }, { $0.symbols = ["A,B"] }, { $0.trades = 1 },
            { $0.trades = nil }, { $0.duration = .seconds(1) }, { $0.seed = 2 }, { $0.start += 1 }, { $0.rate = 6 },
            { $0.burstShare = 0.2 }, { $0.burstLength = 5 }, { $0.price = 101 }, { $0.volatility = 2 },
            { $0.bounce = 1 },
            { $0.priceDecimals = 3 }, { $0.tick = 2 }, { $0.conditions = .stock }, { $0.conditions = .symbol },
            { $0.disorder = 0.1 },
            { $0.gapEvery = .seconds(60) }, { $0.gapLength = .seconds(31) }, { $0.ping = .zero },
            { $0.frameInterval = .seconds(1) }, { $0.delay = .zero }, { $0.relation = [0.1, 0, 0] },
            { $0.relation = [0, 0.1, 0] }, { _ in },
        ]
        var streams = Set<String>()
        for change in changes {
            var configuration = SimulatorConfiguration()
            change(&configuration)
            streams.insert(configuration.stream)
            #expect(configuration.stream.wholeMatch(of: #/sim-[0-9a-f]{16}/#) != nil)
        }
        #expect(streams.count == changes.count)
        // A hash that stays: documents in a database carry it.
        #expect(SimulatorConfiguration().stream == "sim-9df49b3e03c7ad0d")
    }
}
