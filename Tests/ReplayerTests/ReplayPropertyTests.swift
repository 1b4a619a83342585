import Tape
import TestSupport
import Testing
import TradeModel

@testable import Replayer

/// Random tapes and random commands: what is published is exactly the tape's window, in order, once per loop.
@Suite struct ReplayPropertyTests {
    /// A tape and the records that it must give.
    private struct Market {
        var lines: [(after: Int64, line: TestTape.Line)] = []
        /// Sequence number, index, receive time after the start, symbol.
        var records: [(sequence: Int64, index: Int32, after: Int64, symbol: String)] = []

        init(_ random: inout SplitMix64) {
            var after: Int64 = 0
            for number in 1...Int.random(in: 1...120, using: &random) {
                after += [0, 0, 1, 1_000_000, 25_000_000, 400_000_000].randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<10, using: &random) {
                case 0: lines.append((after, .event(.resumed(length: 1))))
                case 1: lines.append((after, .frame(#"{"type":"ping"}"#)))
                default:
                    let trades = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        (["A", "B", "C"].randomElement(using: &random) ?? "A", "\(number)")
                    }
                    for (index, trade) in trades.enumerated() {
                        records.append((Int64(number), Int32(index), after, trade.0))
                    }
                    lines.append((after, .trades(trades)))
                }
            }
        }

        var length: Int64 { lines.last?.after ?? 0 }
    }

    private static func command(
        _ random: inout SplitMix64, length: Int64, withSeeks: Bool
    ) throws -> ReplayControl {
        switch Int.random(in: 0..<(withSeeks ? 10 : 7), using: &random) {
        case 0: return .pause
        case 1: return .toggle
        case 2: return .step(Int.random(in: 0...3, using: &random))
        case 3: return .speed(try ReplaySpeed(speed: ["0.5", "1", "7", "300"].randomElement(using: &random) ?? "1"))
        case 4: return .faster
        case 5: return .slower
        case 6: return .resume
        case 7: return .seek(.offset(Int64.random(in: 0...length + 1000, using: &random)))
        case 8: return .seek(.distance(Int64.random(in: -length - 1...length + 1, using: &random)))
        default: return .seek(.instant(TestTape.start + Int64.random(in: -5...length + 5, using: &random)))
        }
    }

    /// A session with random options and commands; it always ends with a resume.
    private func rehearsal(
        _ market: Market, _ random: inout SplitMix64, folder: TemporaryFolder, withSeeks: Bool
    ) throws -> Rehearsal {
        let path = try TestTape.write(market.lines, to: folder.file("a.jsonl.gz"), memberSize: 1024)
        let speeds: [ReplaySpeed] = [
            .rate(.one), try ReplaySpeed(speed: "3"), .maximum, try ReplaySpeed(perSecond: "40"),
        ]
        let time = ScriptedTime()
        let capacity = Int.random(in: 1...200, using: &random)
        let sink = SinkDouble(
            time: time, capacity: capacity, delay: [0, 3_000_000, 70_000_000].randomElement(using: &random) ?? 0,
            deathsAt: Bool.random(using: &random) ? [Int.random(in: 1...80, using: &random)] : [])
        let laps = withSeeks ? 1 : Int.random(in: 1...3, using: &random)
        let bounds = (0..<2).map { _ in Int64.random(in: 0...market.length + 1, using: &random) }.sorted()
        let (hasWindow, hasGap) = (Bool.random(using: &random), Bool.random(using: &random))
        let startsPaused = Bool.random(using: &random)
        let speed = speeds.randomElement(using: &random) ?? .maximum
        let play = Rehearsal([path], speed: speed, time: time, sink: sink) {
            $0.laps = laps
            if hasWindow { ($0.start, $0.end) = (.offset(bounds[0]), .offset(bounds[1])) }
            if hasGap { $0.maximumGap = .milliseconds(100) }
            $0.startsPaused = startsPaused
        }
        var after: Int64 = 0
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            after += Int64.random(in: 0...market.length / 4 + 1000, using: &random)
            let command = try Self.command(&random, length: market.length, withSeeks: withSeeks)
            time.at(after) { [session = play.session] in session.send(command) }
        }
        // However it was left: at last it plays to the end.
        time.at(after + 5_000_000_000) { [session = play.session] in session.send(.resume) }
        return play
    }

    /// The window that a rehearsal plays, in ns after the start.
    private func window(_ play: Rehearsal) -> Range<Int64> {
        guard case .offset(let low) = play.session.configuration.start,
            case .offset(let high) = play.session.configuration.end
        else { return Int64.min..<Int64.max }
        return low..<high
    }

    /// First occurrences: what a sink that died got twice, it must get in order too.
    private func firsts(_ play: Rehearsal) -> [String] {
        var seen: Set<String> = []
        return play.sink.handed.compactMap(\.header).filter { seen.insert($0).inserted }
    }

    @Test(arguments: 0..<60)
    func whatIsPublishedIsTheWindowInOrderOncePerLoop(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let market = Market(&random)
        let folder = try TemporaryFolder("property")
        let play = try rehearsal(market, &random, folder: folder, withSeeks: false)
        let report = try play.run()
        let window = window(play)
        var expected: [String] = []
        for lap in 1...play.session.configuration.laps {
            for record in market.records where window.contains(record.after) {
                let stream = lap == 1 ? "s1" : "s1~\(lap)"
                expected.append(
                    "\(stream)|\(record.sequence)|\(record.index)|\(TestTape.start + record.after)|0")
            }
        }
        #expect(firsts(play) == expected, "seed \(seed)")
        #expect(report.published == expected.count && report.acknowledged == expected.count && !report.hasLoss)
        #expect(report.outcome == .done)
    }

    /// Each seek names the line before it and its target; from those the whole run follows.
    @Test(arguments: 100..<160)
    func seeksAreExactToTheRecord(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let market = Market(&random)
        let folder = try TemporaryFolder("property")
        let play = try rehearsal(market, &random, folder: folder, withSeeks: true)
        guard play.session.configuration.speed == .rate(.one) || play.session.configuration.speed == .maximum else {
            return  // with a number a second a seek may cut a frame in two
        }
        let report = try play.run()
        let window = window(play)
        let wanted = market.records.filter { window.contains($0.after) }
        var expected: [String] = []
        var rest = wanted[...]
        for command in report.commands {
            guard let target = command.target else { continue }
            expected += rest.prefix { $0.sequence <= command.sequence ?? 0 }.map { "\($0.sequence)|\($0.index)" }
            rest = wanted.drop { TestTape.start + $0.after < target }
        }
        expected += rest.map { "\($0.sequence)|\($0.index)" }
        let handed = play.sink.handed.compactMap(\.identity).map { "\($0.sequence)|\($0.index)" }
        if report.producerRestarts == 0 { #expect(handed == expected, "seed \(seed)") }
        #expect(report.acknowledged == report.published, "seed \(seed)")
    }
}
