import Foundation
import Simulator
import Testing

@testable import Backtest

@Suite struct HTMLReportTests {
    static let awkward = ["A&B", "<b>\"x\"</b>", "IC MARKETS:1", "BRK.B", "it's", "</style><script>alert(1)</script>"]

    static func report() throws -> BacktestReport {
        let folder = try TapeFolder()
        var trades: [TestTrade] = []
        var random = SplitMix(seed: 3)
        var prices = awkward.map { _ in 100.0 }
        for step in 0..<3_000 {
            let index = step % awkward.count
            prices[index] += (random.unit() - 0.5) / 10
            trades.append(
                TestTrade(symbol: awkward[index], price: prices[index], time: TestTrade.start + Int64(step) * 50))
        }
        return try backtest([try folder.write("awkward", stream: "awkward", trades)])
    }

    @Test func thePageIsSelfContainedAndWellFormed() throws {
        let report = try Self.report()
        let html = report.html
        #expect(report.symbols.count == Self.awkward.count)
        for forbidden in ["http:", "https:", "<script", "src=", "@import", "url(", "NaN", "nan", "Infinity"] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(
            html.contains("A&amp;B") && html.contains("&lt;b&gt;&quot;x&quot;&lt;/b&gt;") && html.contains("it&#39;s"))
        #expect(html.components(separatedBy: "<svg").count == 1 + 3 * Self.awkward.count)
        // Every element that opens closes, in order: void elements apart, the page is XML.
        var page = html.replacingOccurrences(of: "<!DOCTYPE html>", with: "")
        for void in ["<br>", "<meta charset=\"utf-8\">"] { page = page.replacingOccurrences(of: void, with: "") }
        page = page.replacing(#/<meta name[^>]*>/#, with: "").replacingOccurrences(
            of: "<details open>", with: "<details>")
        #expect(TagBalance.firstFault(in: page) == nil)
    }

    @Test func jsonHoldsAwkwardSymbolsAndRunsThroughAForeignParser() throws {
        let report = try Self.report()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
        let symbols = try #require(object["symbols"] as? [[String: Any]])
        #expect(symbols.compactMap { $0["symbol"] as? String } == report.symbols.map(\.symbol))
        #expect(Set(report.symbols.map(\.symbol)) == Set(Self.awkward))
        #expect(!report.json.contains("\n"))
    }

    @Test func nothingOfTheRunItselfIsInAReport() throws {
        let folder = try TapeFolder()
        let report = try backtest(
            try folder.simulate("secret-name") {
                $0.symbols = ["SIM:A"]
                $0.trades = 800
            }
        ) { $0.jobs = 3 }
        for text in [report.json, report.html, report.table] {
            for word in [folder.path, "secret-name", "/tmp", "jobs", ProcessInfo.processInfo.hostName]
            where word != "localhost" {
                #expect(!text.contains(word), "\(word)")
            }
        }
    }

    @Test func ticksAreRoundAndFew() {
        for (low, high) in [(0.0, 1.0), (99.98, 100.03), (4_512, 4_873), (1e-7, 9e-7), (-3, 8), (0, 0.92)] {
            let ticks = SVGChart.ticks(low, high)
            #expect((2...6).contains(ticks.values.count), "\(low) \(high) \(ticks)")
            #expect(ticks.values.allSatisfy { $0 >= low - 1e-12 && $0 <= high + 1e-12 })
            let texts = ticks.values.map { NumberText.fixed($0, ticks.decimals) }
            #expect(Set(texts).count == texts.count, "labels must differ: \(texts)")
        }
        #expect(SVGChart.tenths(-0.04) == "0" && SVGChart.tenths(-3.26) == "-3.3" && SVGChart.tenths(12.0) == "12")
    }

    @Test func aBrowserShowsThePage() throws {
        let candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        guard let browser = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            print("SKIPPED: aBrowserShowsThePage: no chromium here (apt-get install chromium)")
            return
        }
        let folder = try TapeFolder()
        let page = folder.path + "/report.html"
        try Self.report().html.write(toFile: page, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: browser)
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
            "--virtual-time-budget=1000", "--dump-dom", "file://\(page)",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let dom = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        // The browser's own tree: all drawings are there, and no symbol became an element.
        #expect(dom.components(separatedBy: "<svg").count == 1 + 3 * Self.awkward.count)
        #expect(!dom.contains("<script"))
        #expect(dom.contains("A&amp;B"))
    }
}

/// Looks for an element that does not close where it should.
enum TagBalance {
    static func firstFault(in page: String) -> String? {
        var open: [Substring] = []
        for match in page.matches(of: #/<(/?)([a-zA-Z0-9]+)([^<>]*?)(/?)>/#) {
            let name = match.output.2
            if !match.output.4.isEmpty { continue }
            if match.output.1.isEmpty {
                open.append(name)
            } else if open.popLast() != name {
                return "</\(name)> closes nothing"
            }
        }
        return open.last.map { "<\($0)> stays open" }
    }
}
