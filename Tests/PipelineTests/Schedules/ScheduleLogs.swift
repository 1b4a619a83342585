@testable import Pipeline

/// Random logs with repeated, changed, missing and late identities (protocol_model.py, `random_case`).
enum ScheduleLogs {
    static func random(_ random: inout SeededGenerator) -> ScheduleCase {
        let symbols = Array(["a", "b", "c"].prefix([1, 2, 2, 3].randomElement(using: &random) ?? 1))
        var log: [ScheduleRecord] = []
        var missing: [ScheduleRecord] = []
        var sequences: [String: Int64] = ["S": 0, "T": 0]
        var time: Int64 = 10
        func price() -> Int {
            Double.random(in: 0..<1, using: &random) < 0.12 ? 90 : Int.random(in: 1..<9, using: &random)
        }
        let count = [2, 3, 4, 5, 6, 8, 10, 12].randomElement(using: &random) ?? 4
        for _ in 0..<count {
            let x = Double.random(in: 0..<1, using: &random)
            let stream = Double.random(in: 0..<1, using: &random) < 0.8 ? "S" : "T"
            let symbol = symbols.randomElement(using: &random) ?? "a"
            time += [1, 1, 1, 2, 20, -12].randomElement(using: &random) ?? 1
            let known = log.filter { if case .trade = $0 { true } else { false } }
            if x < 0.17, let old = known.randomElement(using: &random),
                case .trade(let stream, let sequence, let oldSymbol, let oldTime, _, let segment) = old
            {
                // An identity again, with the same or other content.
                switch Int.random(in: 0..<4, using: &random) {
                case 0: log.append(old)
                case 1:
                    log.append(
                        .trade(
                            stream: stream, sequence: sequence, symbol: oldSymbol, time: oldTime, price: price(),
                            segment: segment))
                case 2:
                    log.append(
                        .trade(
                            stream: stream, sequence: sequence, symbol: symbol, time: time, price: price(),
                            segment: segment))
                default: log.append(.bad(stream: stream, sequence: sequence))
                }
            } else if x < 0.25, !missing.isEmpty {
                log.append(missing.remove(at: Int.random(in: missing.indices, using: &random)))
            } else if x < 0.32 {
                log.append(
                    .frame(
                        (0..<Int.random(in: 1..<4, using: &random)).map { _ in
                            .init(
                                symbol: symbols.randomElement(using: &random) ?? "a", time: time,
                                price: [price(), price(), 0].randomElement(using: &random) ?? 1)
                        }))
            } else if x < 0.37 {
                log.append(.end(stream: stream))
            } else if x < 0.41 {
                log.append(Bool.random(using: &random) ? .ping : .junk)
            } else {
                sequences[stream, default: 0] += 1
                let sequence = sequences[stream] ?? 1
                let isBad = Double.random(in: 0..<1, using: &random) < 0.1
                let record: ScheduleRecord =
                    isBad
                    ? .bad(stream: stream, sequence: sequence)
                    : .trade(
                        stream: stream, sequence: sequence, symbol: symbol, time: time, price: price(),
                        segment: Double.random(in: 0..<1, using: &random) < 0.1 ? 1 : 0)
                if Double.random(in: 0..<1, using: &random) < 0.15 {
                    missing.append(record)
                } else {
                    log.append(record)
                }
            }
        }
        if log.isEmpty { log = [ScheduleTests.alphabet[0]] }
        let foreign = log.filter { record in
            guard case .trade(_, _, _, _, let price, _) = record, price < 90 else { return false }
            return Double.random(in: 0..<1, using: &random) < 0.07
        }
        return ScheduleCase(
            log: log, foreign: foreign, batch: [1, 2, 3, 5, 99].randomElement(using: &random) ?? 3,
            checkpointEvery: [1, 2, 4, 99].randomElement(using: &random) ?? 4)
    }
}
