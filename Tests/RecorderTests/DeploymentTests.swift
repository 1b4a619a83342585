import Foundation
import TestSupport
import Testing

/// The files of `deploy/`: units that systemd takes, settings that the program takes.
@Suite struct DeploymentTests {
    private static let analyzer = "/usr/bin/systemd-analyze"
    private static let hasSystemd: Bool = {
        let isThere = FileManager.default.isExecutableFile(atPath: analyzer)
        if !isThere { FileHandle.standardError.write(Data("SKIPPED: no \(analyzer) (apt install systemd)\n".utf8)) }
        return isThere
    }()

    @Test(.enabled(if: hasSystemd), arguments: ["tapedeck-recorder", "tapedeck-pipeline"])
    func unitsAreGoodAndHardened(name: String) throws {
        let folder = try TemporaryFolder("units")
        // The program stands elsewhere here than on a server.
        let text = try String(contentsOfFile: "\(TestPaths.root)/deploy/systemd/\(name).service", encoding: .utf8)
            .replacing("/usr/local/bin/tapedeck", with: "\(TestPaths.products)/tapedeck")
        let unit = folder.file("\(name).service")
        try Data(text.utf8).write(to: URL(fileURLWithPath: unit))
        let verified = try CommandRun.program(Self.analyzer, ["verify", unit])
        let complaints = String(decoding: verified.errors + verified.output, as: UTF8.self)
            .split(separator: "\n").filter { $0.contains(name) }
        #expect(complaints.isEmpty)
        // 20 stands for an exposure level of 2.0 of 10.
        let security = try CommandRun.program(
            Self.analyzer, ["security", "--offline=true", "--threshold=20", unit])
        let summary = String(decoding: security.output, as: UTF8.self).split(separator: "\n").last
        #expect(security.status == 0, "\(summary ?? "")")
    }

    @Test func theSettingsAreTaken() throws {
        let run = try CommandRun.tapedeck(
            ["record", "--config", "\(TestPaths.root)/deploy/tapedeck.conf", "--print-config"])
        #expect(run.status == 0)
        #expect(String(decoding: run.output, as: UTF8.self).contains("/etc/tapedeck/symbols.txt"))
        // What stands in comments has to be right too.
        let text = try String(contentsOfFile: "\(TestPaths.root)/deploy/tapedeck.conf", encoding: .utf8)
        let folder = try TemporaryFolder("conf")
        let file = folder.file("all.conf")
        let all = text.split(separator: "\n").map { line in
            line.hasPrefix("#TAPEDECK_") ? String(line.dropFirst()) : String(line)
        }
        try Data(all.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
        let whole = try CommandRun.tapedeck(["record", "--config", file, "--print-config"])
        #expect(whole.status == 0, "\(String(decoding: whole.errors, as: UTF8.self))")
    }
}
