import Sandbox
import TestSupport
import Testing

@Suite struct SandboxProgramsTests {
    @Test func theVariableWinsAndMustNameAProgram() throws {
        #expect(try SandboxPrograms.mongod(environment: ["TAPEDECK_MONGOD": "/bin/sh"]) == "/bin/sh")
        let error = try #require(throws: SandboxError.self) {
            try SandboxPrograms.mongod(environment: ["TAPEDECK_MONGOD": "/tmp", "PATH": "/bin"])
        }
        #expect(error.description.contains("TAPEDECK_MONGOD names /tmp"))
    }

    @Test func aMachineWithoutJavaIsToldWhatToInstall() throws {
        let error = try #require(throws: SandboxError.self) {
            try SandboxPrograms.java(environment: ["PATH": "/no/such/folder"])
        }
        #expect(error.description.contains("openjdk-17-jre-headless"))
    }

    /// More than a pipe holds, on both at once, must neither block nor be lost.
    @Test func aCommandMayFillBothPipes() throws {
        let script = "head -c 1048576 /dev/zero; head -c 1048576 /dev/zero >&2; exit 3"
        let run = try CommandRun.program("/bin/sh", ["-c", script])
        #expect(run.status == 3)
        #expect(run.output.count == 1_048_576 && run.errors.count == 1_048_576)
    }

    @Test func inputReachesACommandAndSignalsShowInItsStatus() throws {
        let echo = try CommandRun.program("/bin/cat", [], input: Array("abc".utf8))
        #expect(echo.status == 0 && echo.outputText == "abc")
        let killed = try CommandRun.program("/bin/sh", ["-c", "echo ready; exec sleep 1000"]) { command in
            #expect(command.waitFor("ready"))
            command.signal(15)
        }
        #expect(killed.status == 143)
    }
}
