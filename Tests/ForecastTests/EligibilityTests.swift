import Testing
import TradeModel

@testable import Forecast

@Suite struct EligibilityTests {
    struct Case: CustomTestStringConvertible {
        var what: String
        var price = 100.0
        var volume = 1.0
        var conditions: SaleConditions = .null
        var rule: EligibilityRule?
        var isVolume = true
        var oddLots = false
        var testDescription: String { what }
    }

    static let cases: [Case] = [
        Case(what: "null conditions"),
        Case(what: "no conditions", conditions: .absent),
        Case(what: "empty conditions", conditions: .codes([])),
        Case(what: "regular", conditions: .codes(["1"])),
        Case(what: "sweep exempt", conditions: .codes(["1", "8", "41"])),
        Case(what: "41 alone", conditions: .codes(["41"])),
        Case(what: "price 0", price: 0, rule: .price, isVolume: false),
        Case(what: "price below 0", price: -1, rule: .price, isVolume: false),
        Case(what: "price NaN", price: .nan, rule: .price, isVolume: false),
        Case(what: "price infinite", price: .infinity, rule: .price, isVolume: false),
        Case(what: "volume 0", volume: 0, rule: .volume, isVolume: false),
        Case(what: "volume below 0", volume: -1, rule: .volume, isVolume: false),
        Case(what: "volume NaN", volume: .nan, rule: .volume, isVolume: false),
        Case(what: "unknown code", conditions: .codes(["1", "42"]), rule: .unknownCondition),
        Case(what: "code with a zero", conditions: .codes(["01"]), rule: .unknownCondition),
        Case(what: "code with a blank", conditions: .codes([" 1"]), rule: .unknownCondition),
        Case(what: "empty code", conditions: .codes([""]), rule: .unknownCondition),
        Case(what: "huge code", conditions: .codes(["99999999999999999999"]), rule: .unknownCondition),
        Case(what: "unknown before known", conditions: .codes(["12", "X"]), rule: .unknownCondition),
        Case(what: "lowest code counts", conditions: .codes(["37", "12", "1"]), rule: .condition(12)),
        Case(what: "price before volume", price: 0, volume: 0, rule: .price, isVolume: false),
        Case(what: "volume before code", volume: 0, conditions: .codes(["12"]), rule: .volume, isVolume: false),
        Case(what: "odd lot admitted", conditions: .codes(["1", "12"]), oddLots: true),
        Case(
            what: "odd lot and worse", conditions: .codes(["12", "16"]), rule: .condition(16), isVolume: false,
            oddLots: true),
    ]

    @Test(arguments: cases)
    func eachRuleGivesItsReason(_ sample: Case) {
        let eligibility = Eligibility(oddLots: sample.oddLots)
        let conditions = ConditionSet(sample.conditions)
        #expect(
            eligibility.rule(price: sample.price, volume: sample.volume, conditions: conditions) == sample.rule)
        #expect(
            eligibility.countsAsVolume(price: sample.price, volume: sample.volume, conditions: conditions)
                == sample.isVolume)
    }

    @Test func everyCodeOfTheSheetIsDecidedAsWritten() {
        // The three lists of backtest.md, section 2; 24 is admitted while every symbol is continuous.
        let use: Set = [1, 2, 4, 6, 7, 8, 13, 14, 15, 19, 23, 28, 29, 33, 34, 35, 36, 41, 24]
        let drop: Set = [3, 5, 9, 10, 11, 12, 16, 17, 18, 20, 21, 22, 25, 26, 27, 30, 31, 32, 37, 38, 39, 40]
        let noVolume: Set = [16, 20, 27, 31, 38, 39, 40]
        #expect(use.union(drop) == Set(1...41) && use.isDisjoint(with: drop))
        let eligibility = Eligibility(oddLots: false)
        for code in 1...41 {
            let conditions = ConditionSet(.codes([String(code)]))
            let rule = eligibility.rule(price: 1, volume: 1, conditions: conditions)
            #expect(rule == (use.contains(code) ? nil : .condition(code)), "code \(code)")
            #expect(
                eligibility.countsAsVolume(price: 1, volume: 1, conditions: conditions) == !noVolume.contains(code),
                "code \(code)")
        }
    }

    @Test func rulesHaveStableNumbersAndNames() {
        #expect(EligibilityRule.all.count == EligibilityRule.count)
        #expect(EligibilityRule.all.map(\.index) == Array(0..<EligibilityRule.count))
        #expect(Set(EligibilityRule.all.map(\.name)).count == EligibilityRule.count)
        #expect(EligibilityRule.condition(12).name == "condition-12")
        #expect(EligibilityRule.condition(41).index == EligibilityRule.count - 1)
        #expect(EligibilityRule.unknownCondition < .condition(1))
    }

    @Test(arguments: cases.filter { $0.rule != nil && !$0.isVolume })
    func aDroppedTradeThatIsNoVolumeChangesNothingButTheClock(_ sample: Case) {
        var configuration = ForecastConfiguration()
        configuration.oddLots = sample.oddLots
        var forecast = SymbolForecast(configuration: configuration, models: [.ols, .last])
        _ = TestMarket.run(&forecast, TestMarket.trades((0..<80).map { 100 + Double($0 % 7) }))
        let before = forecast.parts
        let clock = forecast.clock ?? 0
        var trade = TestMarket.trade(
            900, price: sample.price, time: clock, volume: sample.volume,
            conditions: ConditionSet(sample.conditions))
        var events: [ForecastEvent] = []
        #expect(forecast.handle(trade, into: &events) == sample.rule.map(Disposition.dropped))
        #expect(events.isEmpty)
        #expect(forecast.parts == before)
        // It moves the clock, whatever its conditions.
        trade.time += 7
        trade.receive = nil
        _ = forecast.handle(trade, into: &events)
        #expect(forecast.clock == clock + 7)
    }

    @Test func oddLotsMoveThePriceOnlyOnRequest() {
        var odd = TestMarket.trades((0..<90).map { 100 + Double($0 % 5) })
        for place in stride(from: 0, to: 90, by: 3) { odd[place].conditions = ConditionSet(bits: 1 << 12) }
        var without = SymbolForecast(configuration: ForecastConfiguration(), models: [.last])
        let dropped = TestMarket.run(&without, odd).dispositions.count { $0 == .dropped(.condition(12)) }
        #expect(dropped == 30 && without.eligibleTrades == 60)
        var configuration = ForecastConfiguration()
        configuration.oddLots = true
        var with = SymbolForecast(configuration: configuration, models: [.last])
        _ = TestMarket.run(&with, odd)
        #expect(with.eligibleTrades == 90)
    }
}
