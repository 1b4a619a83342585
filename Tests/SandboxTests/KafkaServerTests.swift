import Foundation
import Sandbox
import TestSupport
import Testing

@Suite struct KafkaServerTests {
    private static let home = ProcessInfo.processInfo.environment["KAFKA_HOME"] ?? ""

    @Test(.enabled(if: !home.isEmpty, "SKIPPED: set KAFKA_HOME to an unpacked Apache Kafka"))
    func startsAnswersAndComesBackOnItsPortAfterAKill() async throws {
        try await onThread {
            let folder = try TemporaryFolder("kafka")
            let server = try KafkaServer.start(folder: folder.path, home: Self.home, partitions: 3)
            let first = try #require(server.processIdentifier)
            let bootstrap = server.bootstrap
            server.kill()
            #expect(kill(first, 0) == -1)
            try server.restart()
            let second = try #require(server.processIdentifier)
            #expect(second != first)
            #expect(server.bootstrap == bootstrap)
            server.stop()
            #expect(kill(second, 0) == -1)
        }
    }

    @Test func aHomeWithoutLibrariesIsNamed() throws {
        let folder = try TemporaryFolder("kafka")
        let error = #expect(throws: SandboxError.self) {
            try KafkaServer.start(folder: folder.file("broker"), home: folder.path)
        }
        #expect(error?.description.contains(folder.path) == true)
        #expect(error?.description.contains("KAFKA_HOME") == true)
    }
}
