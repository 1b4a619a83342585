import Foundation

/// A server of Python's `websockets`: a peer that nobody here wrote.
public final class PythonPeer {
    /// The port on 127.0.0.1.
    public let port: Int
    /// The process, to be stopped and continued.
    public let processIdentifier: Int32
    private let process: Process
    private let input: Pipe
    private let output: FileHandle
    private var buffer: [UInt8] = []

    /// A Python that has `websockets`; nil after saying aloud that the test skips.
    private static let python = PythonProgram.importing("websockets.asyncio.server")

    /// Whether there is such a Python.
    public static var isThere: Bool { python != nil }

    /// Starts a server and waits until it listens.
    ///
    /// - Parameters:
    ///   - mode: what it does; see `websocket_peer.py`.
    ///   - arguments: its further arguments.
    /// - Throws: if it does not come to listen.
    public init(_ mode: String, _ arguments: [String] = []) throws {
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
    ///
    /// - Returns: nil at its end.
    public func line() -> String? { Self.line(of: output, &buffer) }

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
