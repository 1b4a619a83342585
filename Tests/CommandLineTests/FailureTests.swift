import Foundation
import TestSupport
import Testing

/// Ends that are no user's typing: each is one line that names the thing and the remedy, within 15 s, and no crash.
@Suite("Failures")
struct FailureTests {
    private static let fixture = TestPaths.fixture("tapes/random-walk.jsonl.gz")

    /// A run that may take no longer than the promise; a hang would end with 137.
    private func expectFailure(
        _ arguments: [String], status: Int32 = 1, naming words: [String], environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try Tapedeck.run(arguments, environment: environment, limit: .seconds(15))
        let shown: Comment = "\(arguments): \(outcome.status), \(outcome.diagnostics)"
        #expect(outcome.status == status, shown, sourceLocation: sourceLocation)
        let lines = outcome.diagnosticLines.filter { !$0.hasPrefix("{") }
        #expect(lines.count == 1, shown, sourceLocation: sourceLocation)
        #expect(outcome.diagnostics.contains("tapedeck \(arguments[0])"), shown, sourceLocation: sourceLocation)
        for word in words { #expect(outcome.diagnostics.contains(word), shown, sourceLocation: sourceLocation) }
    }

    private static let readers: [[String]] = [
        ["tape", "info"], ["tape", "cat"], ["tape", "cut", "-o", "OUT"], ["tape", "import", "-o", "OUT"], ["replay"],
        ["backtest"],
    ]

    private func arguments(_ verb: [String], _ tape: String, _ folder: TemporaryFolder) -> [String] {
        verb.map { $0 == "OUT" ? folder.file("out.jsonl.gz") : $0 } + [tape]
    }

    @Test("a tape that is missing, empty, a folder or of another version", arguments: readers)
    func aBadTapeIsNamed(_ verb: [String]) async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let missing = folder.file("missing.jsonl.gz")
            try expectFailure(arguments(verb, missing, folder), naming: [missing, "No such file", "check the path"])
            let empty = try folder.write("", to: "empty.jsonl.gz")
            try expectFailure(arguments(verb, empty, folder), naming: [empty, "is empty"])
            try expectFailure(arguments(verb, folder.path, folder), naming: [folder.path, "is a directory"])
            let header =
                #"{"seq":0,"receive":1,"tape":9,"stream":"s","source":"x","symbols":[],"recorder":"x","part":1}"#
            let other = try folder.write(header + "\n", to: "other.jsonl")
            try expectFailure(arguments(verb, other, folder), naming: [other, "version 9", "version 1"])
            #expect(!FileManager.default.fileExists(atPath: folder.file("out.jsonl.gz")))
            #expect(!FileManager.default.fileExists(atPath: folder.file("out.jsonl.gz.partial")))
        }
    }

    @Test("a truncated tape is reported as far as it could be read")
    func aTruncatedTapeIsReported() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.fixture))
            let path = folder.file("torn.jsonl.gz")
            try bytes.prefix(bytes.count - 1000).write(to: URL(fileURLWithPath: path))
            for verb in [["tape", "info"], ["tape", "cat"]] {
                let outcome = try Tapedeck.run(verb + [path], limit: .seconds(15))
                #expect(outcome.status == 1)
                #expect(outcome.diagnosticLines.count == 1 && outcome.diagnostics.contains("ends in the middle"))
                #expect(outcome.output.contains("sim-"), "what was read is shown")
            }
            let scored = try Tapedeck.run(["backtest", path], limit: .seconds(15))
            #expect(scored.status == 3 && scored.output.contains("scored"), "\(scored.diagnostics)")
            #expect(scored.diagnosticLines.count == 1 && scored.diagnostics.contains(path))
            let cut = folder.file("cut.jsonl.gz")
            try expectFailure(["tape", "cut", path, "-o", cut], naming: [path, "ends in the middle"])
            #expect(!FileManager.default.fileExists(atPath: cut))
        }
    }

    @Test("no broker")
    func aBrokerThatIsAwayIsNamed() async throws {
        try await onThread {
            // Port 1 of the loopback has no listener on any sane machine.
            try expectFailure(
                ["replay", Self.fixture, "--brokers", "127.0.0.1:1", "--wait-for-servers", "2s"],
                naming: ["127.0.0.1:1", "check that the broker runs"])
            try expectFailure(
                ["pipeline", "--brokers", "127.0.0.1:1"], naming: ["127.0.0.1:1", "check that the broker runs"])
        }
    }

    @Test("no MongoDB")
    func aMongoDBThatIsAwayIsNamed() async throws {
        try await onThread {
            try expectFailure(
                ["backtest", Self.fixture, "--against", "mongodb://127.0.0.1:1"],
                naming: ["127.0.0.1:1", "check that mongod"])
            try withBroker { brokers in
                try expectFailure(
                    ["pipeline", "--brokers", brokers], naming: ["127.0.0.1:1", "check that mongod"],
                    environment: ["TAPEDECK_MONGO_URI": "mongodb://127.0.0.1:1"])
            }
        }
    }

    @Test("a wrong password is said to be one, and not shown")
    func aWrongPasswordIsNamed() async throws {
        try await onThread {
            let server = try TestServers.mongoURI().replacing("mongodb://", with: "mongodb://nobody:hunter2@")
            let outcome = try Tapedeck.run(
                ["backtest", Self.fixture, "--against", "mongodb"], environment: ["TAPEDECK_MONGO_URI": server],
                limit: .seconds(15))
            #expect(outcome.status == 1)
            #expect(outcome.diagnosticLines.count == 1)
            #expect(outcome.diagnostics.localizedCaseInsensitiveContains("authentication"), "\(outcome.diagnostics)")
            #expect(outcome.diagnostics.contains("password"), "\(outcome.diagnostics)")
            #expect(!outcome.diagnostics.contains("hunter2"))
        }
    }

    @Test("a database without predictions is said to be one")
    func nothingToCompareIsNamed() async throws {
        try await onThread {
            try expectFailure(
                ["backtest", Self.fixture, "--against", "mongodb", "--database", TestServers.uniqueDatabase()],
                naming: ["holds no predictions", "run the pipeline first"],
                environment: ["TAPEDECK_MONGO_URI": try TestServers.mongoURI()])
        }
    }

    @Test("a weaker write concern is a usage error")
    func aWeakWriteConcernIsRefused() async throws {
        try await onThread {
            try withBroker { brokers in
                let uri = "mongodb://127.0.0.1:1/?w=1"
                try expectFailure(
                    ["pipeline", "--brokers", brokers], status: 2, naming: ["w"],
                    environment: ["TAPEDECK_MONGO_URI": uri])
            }
        }
    }

    @Test("a full disk: standard output")
    func aFullStandardOutputIsAFailure() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            for verb in ["tape cat", "tape info --json", "backtest"] {
                let outcome = try Tapedeck.shell("tapedeck \(verb) \(Self.fixture) > /dev/full", folder: folder.path)
                #expect(outcome.status == 1, "\(verb)")
                #expect(outcome.diagnosticLines.count == 1)
                #expect(outcome.diagnostics.contains("standard output: No space left on device: free some space"))
            }
        }
    }

    @Test("a full disk: a small file system of its own")
    func aFullDiskIsNamed() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            // A private mount namespace needs rights that not every machine gives.
            let script = """
                mount -t tmpfs -o size=64k none "$PWD" 2>/dev/null || exit 77
                cd "$PWD"
                tapedeck simulate -o full.jsonl.gz --trades 200000; echo "status $?"
                tapedeck tape import \(Self.fixture) -o full.jsonl.gz; echo "status $?"
                ls
                """
            let outcome = try Tapedeck.shell("exec unshare -rm bash -c '\(script)'", folder: folder.path)
            guard outcome.output.contains("status") else {
                FileHandle.standardError.write(Data("SKIPPED: no private mounts here: \(outcome.diagnostics)".utf8))
                return
            }
            #expect(outcome.outputLines == ["status 1", "status 1"], "\(outcome.output)")
            #expect(outcome.diagnosticLines.count == 2)
            for line in outcome.diagnosticLines {
                #expect(
                    line.contains("full.jsonl.gz") && line.contains("No space left") && line.contains("free some space")
                )
            }
        }
    }

    @Test("a result that cannot be written is refused before the work")
    func anUnwritablePlaceIsRefusedAtOnce() async throws {
        try await onThread {
            try expectFailure(
                ["backtest", Self.fixture, "-o", "/nowhere/report.html"], naming: ["/nowhere/report.html", "make it"])
            let folder = try TemporaryFolder()
            let taken = try folder.write("mine", to: "taken.jsonl.gz")
            try expectFailure(["simulate", "-o", taken, "--trades", "10"], naming: [taken, "exists already"])
            #expect(try String(contentsOfFile: taken, encoding: .utf8) == "mine")
        }
    }
}
