import Foundation
import Testing

@testable import Tape

@Suite struct CoverageTests {
    private static let hour: Int64 = 3_600_000_000_000
    /// 2024-08-09, a Friday, midnight in UTC.
    private static let friday: Int64 = 1_723_161_600_000_000_000

    @Test func daylightSavingIsThatOfTheSystemsTimeZone() throws {
        guard let zone = TimeZone(identifier: "America/New_York"), zone.secondsFromGMT() != 0 else {
            print("SKIPPED: this machine knows no time zones")
            return
        }
        // 2007-04-01 to 2037-12-31.
        for day in Int64(13_604)...24_836 {
            let noon = Date(timeIntervalSince1970: Double(day * 86_400 + 17 * 3_600))
            #expect(TradingSession.isDaylightSaving(day) == zone.isDaylightSavingTime(for: noon), "day \(day)")
        }
    }

    @Test func sessionsAreThoseOfNewYorkOrTheWholeDay() throws {
        let day = Self.friday / TradingSession.day
        let open = Self.friday + 13 * Self.hour + Self.hour / 2
        #expect(TradingSession.stretch(of: "AAPL", day: day) == open..<open + 13 * Self.hour / 2)
        #expect(TradingSession.stretch(of: "AAPL", day: day + 1) == nil)
        #expect(TradingSession.stretch(of: "BINANCE:BTCUSDT", day: day + 1)?.count == Int(TradingSession.day))
        #expect(TradingSession.text(day) == "2024-08-09")
    }

    private func stream(
        _ folder: Scratch, _ name: String, from start: Int64, to end: Int64, gap: Range<Int64>? = nil,
        symbols: [String] = ["AAPL", "X:Y"]
    ) throws {
        let header = TapeHeader(stream: name, source: "s", symbols: symbols, recorder: "test", receive: start)
        let writer = try TapeWriter(path: folder.file("finnhub_\(name)_0001.jsonl.gz"), header: header)
        var sequence: Int64 = 0
        func event(_ event: TapeEvent, _ time: Int64) throws {
            sequence += 1
            try writer.append(event: event, sequence: sequence, receive: time)
        }
        try event(.connected(attempt: 1), start)
        try event(.subscribed(symbols: symbols), start)
        sequence += 1
        try writer.append(frame: Scratch.frame(1), sequence: sequence, receive: start + 1)
        if let gap {
            try event(.gap(from: gap.lowerBound, cause: "x"), gap.lowerBound + 5)
            try event(.resumed(length: gap.upperBound - gap.lowerBound), gap.upperBound)
        }
        try event(.closed(cause: "x"), end)
        _ = try writer.finish()
    }

    @Test func whatIsCoveredIsTheUnionOfTheStreamsWithoutTheirGaps() throws {
        let folder = try Scratch()
        let open = Self.friday + 13 * Self.hour + Self.hour / 2
        // From before the session to its fourth hour, with half an hour of gap; the second overlaps the first.
        try stream(
            folder, "a", from: open - Self.hour, to: open + 4 * Self.hour,
            gap: open + Self.hour..<open + 3 * Self.hour / 2)
        try stream(folder, "b", from: open + 3 * Self.hour, to: open + 5 * Self.hour)
        let result = try TapeCoverage.run(folder: folder.path)
        #expect(result.files.count == 2 && result.faults.isEmpty && result.rows.count == 2)
        let apple = try #require(result.rows.first)
        #expect(apple.symbol == "AAPL" && apple.day == "2024-08-09")
        #expect(apple.session == 13 * Self.hour / 2 && apple.covered == 9 * Self.hour / 2)
        #expect(apple.share == 692_307 && apple.gaps == 1 && apple.frames == 2 && apple.trades == 2)
        let other = result.rows[1]
        #expect(other.symbol == "X:Y" && other.session == TradingSession.day && other.covered == 11 * Self.hour / 2)
        #expect(result.worst?.symbol == "X:Y")
        #expect(try TapeCoverage.run(folder: folder.path, symbols: ["AAPL"]).rows.map(\.symbol) == ["AAPL"])
    }

    @Test func daysBetweenAreRowsAndWeekendsAreNoLoss() throws {
        let folder = try Scratch()
        let open = Self.friday + 13 * Self.hour + Self.hour / 2
        try stream(folder, "a", from: open, to: open + Self.hour, symbols: ["AAPL"])
        // Tuesday; on Monday nothing was recorded.
        try stream(
            folder, "b", from: open + 4 * TradingSession.day, to: open + 4 * TradingSession.day + Self.hour,
            symbols: ["AAPL"])
        let rows = try TapeCoverage.run(folder: folder.path).rows
        #expect(rows.map(\.day) == ["2024-08-09", "2024-08-12", "2024-08-13"])
        #expect(rows.map(\.covered) == [Self.hour, 0, Self.hour])
        try folder.write("broken.jsonl.gz", "no tape")
        let broken = try TapeCoverage.run(folder: folder.path)
        #expect(broken.faults.count == 1 && broken.rows == rows)
        #expect(throws: TapeError.self) { try TapeCoverage.run(folder: folder.path + "/none") }
    }

    @Test func symbolsThatJoinLateAreCoveredFromThen() throws {
        let folder = try Scratch()
        let start = Self.friday
        let writer = try TapeWriter(
            path: folder.file("t.jsonl.gz"),
            header: TapeHeader(stream: "s", source: "s", symbols: ["X:A"], recorder: "test", receive: start))
        try writer.append(event: .subscribed(symbols: ["X:A"]), sequence: 1, receive: start)
        try writer.append(event: .subscribed(symbols: ["X:B"]), sequence: 2, receive: start + Self.hour)
        try writer.append(
            event: .disconnected(by: .server, code: nil, reason: ""), sequence: 3, receive: start + 2 * Self.hour)
        try writer.append(event: .subscribed(symbols: ["X:A", "X:B"]), sequence: 4, receive: start + 3 * Self.hour)
        try writer.append(event: .closed(cause: "x"), sequence: 5, receive: start + 4 * Self.hour)
        _ = try writer.finish()
        let rows = try TapeCoverage.run(folder: folder.path).rows
        #expect(rows.map(\.symbol) == ["X:A", "X:B"])
        #expect(rows.map(\.covered) == [3 * Self.hour, 2 * Self.hour])
    }
}
