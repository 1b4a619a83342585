import Simulator
import Testing
import TradeModel

@Suite struct SimulatedMarketTests {
    private func configuration(_ change: (inout SimulatorConfiguration) -> Void) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        change(&configuration)
        return configuration
    }

    private func trades(of lines: [SimulatedLine]) -> [Trade] {
        lines.flatMap { line -> [Trade] in
            if case .trades(let trades) = line.content { trades } else { [] }
        }
    }

    @Test func theSameParametersGiveTheSameLines() throws {
        let configuration = configuration {
            $0.symbols = ["A", "SIM:B"]
            $0.conditions = .stock
            $0.disorder = 0.1
            $0.gapEvery = .seconds(120)
            $0.trades = 3000
        }
        let first = Array(try SimulatedMarket(configuration))
        #expect(first == Array(try SimulatedMarket(configuration)))
        var other = configuration
        other.seed = 2
        #expect(first != Array(try SimulatedMarket(other)))
    }

    /// The first line of a fixed market, as it was when it was written: another machine must print it too.
    @Test func theFirstLineStaysWhatItIs() throws {
        let configuration = configuration {
            $0.symbols = ["SIM:ONE", "SIM:TWO"]
            $0.priceDecimals = 9
            $0.relation = [0.3, -0.2, 0.1]
        }
        let line = try #require(SimulatedMarket(configuration).first { _ in true })
        let frame = [
            #"{"data":[{"c":null,"p":99.990788437,"s":"SIM:TWO","t":1723210200052,"v":0.0583}"#,
            #"{"c":null,"p":99.993726771,"s":"SIM:ONE","t":1723210200226,"v":0.00379}"#,
            #"{"c":null,"p":99.989874242,"s":"SIM:TWO","t":1723210200248,"v":0.02361}"#,
            #"{"c":null,"p":100.000257902,"s":"SIM:TWO","t":1723210200299,"v":0.09011}],"type":"trade"}"#,
        ]
        #expect(String(decoding: try #require(line.frame), as: UTF8.self) == frame.joined(separator: ","))
    }

    @Test func recordsTheTradesThatWereAskedFor() throws {
        let lines = Array(try SimulatedMarket(configuration { $0.trades = 12_345 }))
        #expect(trades(of: lines).count == 12_345)
        for line in lines {
            if case .trades(let trades) = line.content { #expect((1...10).contains(trades.count)) }
        }
        let minute = Array(try SimulatedMarket(configuration { ($0.trades, $0.duration) = (nil, .seconds(60)) }))
        let count = trades(of: minute).count
        #expect((300...800).contains(count), "5 arrivals a second, 1.3 trades each, make about 390, not \(count)")
        let start = SimulatorConfiguration().start
        #expect(trades(of: minute).allSatisfy { (start...start + 60_000).contains($0.time) })
    }

    @Test func receiveRisesFromLineToLineAndIsNeverBeforeATrade() throws {
        let lines = Array(try SimulatedMarket(configuration { $0.trades = 20_000 }))
        for (line, next) in zip(lines, lines.dropFirst()) { #expect(line.receive < next.receive) }
        for line in lines {
            guard case .trades(let trades) = line.content else { continue }
            #expect(trades.allSatisfy { $0.time * 1_000_000 <= line.receive })
        }
    }

    @Test func framesDecodeToTheTradesThatWereMade() throws {
        var decoder = FinnhubFrameDecoder()
        let market = try SimulatedMarket(
            configuration {
                $0.conditions = .stock
                $0.priceDecimals = 4
                $0.tick = 25
                $0.trades = 5000
            })
        for line in market {
            guard let frame = line.frame, case .trades(let trades) = line.content else { continue }
            #expect(try decoder.decode(frame.span) == .trades)
            #expect(decoder.trades.map(\.trade) == trades)
            for trade in trades {
                let units = (trade.price.value * 1e4).rounded()
                #expect(units.truncatingRemainder(dividingBy: 25) == 0, "\(trade.price.text) is off the tick")
                #expect(!trade.price.text.contains(".") || trade.price.text.last != "0")
            }
        }
    }

    @Test func conditionsFollowVolumes() throws {
        let stock = trades(of: Array(try SimulatedMarket(configuration { $0.conditions = .stock })))
        var codes = Set<String>()
        for trade in stock {
            guard case .codes(let list) = trade.conditions else {
                Issue.record("no codes")
                continue
            }
            codes.formUnion(list)
            #expect(list.contains("12") == (trade.volume.value < 100))
            #expect(trade.volume.value == trade.volume.value.rounded() && trade.volume.value >= 1)
        }
        #expect(codes == ["1", "8", "12", "41"])
        #expect(stock.contains { $0.conditions == .codes([]) })
        let crypto = trades(of: Array(try SimulatedMarket(configuration { _ in })))
        #expect(crypto.allSatisfy { $0.conditions == .null && $0.volume.value > 0 })
        let both = trades(
            of: Array(
                try SimulatedMarket(configuration { ($0.conditions, $0.symbols) = (.symbol, ["AAPL", "SIM:ONE"]) })))
        #expect(both.allSatisfy { ($0.conditions == .null) == ($0.symbol == "SIM:ONE") })
    }

    @Test func burstsRepeatMillisecondsAndDisorderTurnsTimeBack() throws {
        func share(_ trades: [Trade], _ holds: (Trade, Trade) -> Bool) -> Double {
            Double(zip(trades, trades.dropFirst()).filter(holds).count) / Double(trades.count)
        }
        let calm = trades(of: Array(try SimulatedMarket(configuration { $0.burstShare = 0 })))
        #expect(share(calm) { $0.time == $1.time } < 0.02)
        #expect(share(calm) { $0.time > $1.time } == 0)
        let wild = trades(
            of: Array(
                try SimulatedMarket(
                    configuration {
                        $0.burstShare = 0.5
                        $0.burstLength = 5
                        $0.disorder = 0.1
                    })))
        #expect(share(wild) { $0.time == $1.time } > 0.4)
        #expect(share(wild) { $0.time > $1.time } > 0.03)
    }

    @Test func gapsAreMarkedAndHoldNothing() throws {
        let lines = Array(
            try SimulatedMarket(
                configuration {
                    $0.trades = 20_000
                    $0.gapEvery = .seconds(300)
                    $0.gapLength = .seconds(40)
                }))
        var open: Int64?
        var gaps = 0
        for line in lines {
            switch line.content {
            case .gap(let from):
                #expect(open == nil && from < line.receive)
                open = line.receive
            case .resumed(let length):
                #expect(open != nil && length == 40_000_000_000)
                open = nil
                gaps += 1
            default: #expect(open == nil)
            }
        }
        #expect(gaps >= 5)
        #expect(trades(of: lines).count == 20_000)
    }

    @Test func pingsComeEveryMinute() throws {
        let lines = Array(try SimulatedMarket(configuration { ($0.trades, $0.duration) = (nil, .seconds(600)) }))
        #expect(lines.filter { $0.content == .ping }.count == 10)
        let none = try SimulatedMarket(configuration { $0.ping = .zero })
        #expect(!none.contains { $0.content == .ping })
    }

    @Test func addingASymbolLeavesTheOthersAlone() throws {
        let one = configuration { ($0.trades, $0.duration, $0.symbols) = (nil, .seconds(300), ["A"]) }
        var two = one
        two.symbols = ["A", "B"]
        let alone = trades(of: Array(try SimulatedMarket(one)))
        let both = trades(of: Array(try SimulatedMarket(two)))
        #expect(alone == both.filter { $0.symbol == "A" })
        #expect(both.count > alone.count * 3 / 2)
    }
}
