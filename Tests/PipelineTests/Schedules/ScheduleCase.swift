import TradeModel

@testable import Pipeline

/// A record of a schedule, in few numbers (protocol_model.py, section 2).
enum ScheduleRecord: Sendable, Hashable {
    /// A trade; prices from 90 on are refused by the validator.
    case trade(stream: String, sequence: Int64, symbol: String, time: Int64, price: Int, segment: Int64 = 0)
    /// Invalid, but with a well-formed header.
    case bad(stream: String, sequence: Int64)
    case junk, ping
    /// A whole frame: symbol, time, price; price 0 is invalid.
    case frame([Part])
    case end(stream: String)

    struct Part: Sendable, Hashable {
        var symbol: String
        var time: Int64
        var price: Int
    }

    /// As Kafka would bring it; a shift makes it another record, as of a topic filled anew.
    func record(offset: Int64, shift: Int64 = 0) -> SourceRecord {
        var record = made(offset: offset, shift: shift)
        record.timestamp += shift
        return record
    }

    private func made(offset: Int64, shift: Int64) -> SourceRecord {
        switch self {
        case .trade(let stream, let sequence, let symbol, let time, let price, let segment):
            return TestRecords.trade(
                symbol, price: Double(price), time: time + shift, stream: stream, sequence: sequence, segment: segment,
                offset: offset)
        case .bad(let stream, let sequence):
            return TestRecords.trade("a", price: 0, stream: stream, sequence: sequence, offset: offset)
        case .junk: return TestRecords.record("junk\(shift)", offset: offset)
        case .ping: return TestRecords.record(#"{"type":"ping"}"#, offset: offset)
        case .end(let stream):
            return TestRecords.record(#"{"type":"end","stream":"\#(stream)","seq":99}"#, offset: offset)
        case .frame(let parts):
            let trades = parts.map {
                #"{"p":\#($0.price),"s":"\#($0.symbol)","t":\#(TestRecords.epoch + $0.time + shift),"v":1}"#
            }
            return TestRecords.record(
                #"{"data":[\#(trades.joined(separator: ","))],"type":"trade"}"#, offset: offset)
        }
    }
}

/// What may happen to a run, at most so often.
enum Fault: String, Sendable, CaseIterable {
    case crash, evict, revoke, failover, fate, expire, grow, recreate, lift

    /// The faults within the promise, with the most of each.
    static let usual: [Fault: Int] = [.crash: 4, .evict: 3, .revoke: 1, .failover: 3, .fate: 4]
}

/// A log, what other topics have stored, cadences, and the faults allowed.
struct ScheduleCase: Sendable {
    var log: [ScheduleRecord]
    /// Trades that another topic has stored already, as its records.
    var foreign: [ScheduleRecord] = []
    var batch = 3
    var checkpointEvery = 99
    var budget: [Fault: Int] = Fault.usual
}

/// A schedule: position to decision (0 where absent), or random with a probability of a disturbance.
final class Choices {
    private let given: [Int: Int]
    private var random: SeededGenerator?
    private let probability: Double
    private(set) var widths: [Int] = []
    private(set) var taken: [Int: Int] = [:]

    init(given: [Int: Int] = [:]) {
        self.given = given
        probability = 0
    }

    init(random: SeededGenerator, probability: Double) {
        given = [:]
        self.random = random
        self.probability = probability
    }

    func callAsFunction(_ width: Int) -> Int {
        guard width >= 2 else { return 0 }
        let place = widths.count
        var choice = min(given[place] ?? 0, width - 1)
        if var random {
            choice =
                Double.random(in: 0..<1, using: &random) < probability ? Int.random(in: 0..<width, using: &random) : 0
            self.random = random
        }
        widths.append(width)
        if choice != 0 { taken[place] = choice }
        return choice
    }
}
