import Foundation
import TestSupport

/// A server of Python's `websockets`: a peer that nobody here wrote.
final class PythonPeer {
    let port: Int
    let processIdentifier: Int32
    private let process: Process
    private let input: Pipe
    private let output: FileHandle
    private var buffer: [UInt8] = []

    /// A Python that has `websockets`; nil after saying aloud that the test skips.
    static let python = PythonProgram.importing("websockets.asyncio.server")

    static var isThere: Bool { python != nil }

    init(_ mode: String, _ arguments: [String] = []) throws {
        guard let python = Self.python else { throw CocoaError(.featureUnsupported) }
        process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["\(TestPaths.root)/Tests/Scripts/websocket_peer.py", mode] + arguments
        input = Pipe()
        let pipe = Pipe()
        process.standardInput = input
        process.standardOutput = pipe
        try process.run()
        output = pipe.fileHandleForReading
        processIdentifier = process.processIdentifier
        var found = 0
        if let line = Self.line(of: output, &buffer), line.hasPrefix("port ") { found = Int(line.dropFirst(5)) ?? 0 }
        port = found
        if found == 0 { throw CocoaError(.executableLoad) }
    }

    /// The next line that the server prints; blocks until it does or ends.
    func line() -> String? { Self.line(of: output, &buffer) }

    private static func line(of handle: FileHandle, _ buffer: inout [UInt8]) -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line
            }
            let data = handle.availableData
            if data.isEmpty { return nil }
            buffer += data
        }
    }

    deinit {
        kill(processIdentifier, SIGCONT)
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }
}
