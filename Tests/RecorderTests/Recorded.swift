import Tape

@testable import Recorder

/// What is on the tapes of a folder, as the tape's reader tells it.
struct Recorded {
    /// Messages in order.
    private(set) var messages: [[UInt8]] = []
    /// Events in order.
    private(set) var events: [TapeEvent] = []
    /// Messages of each connection, in order.
    private(set) var connections: [[[UInt8]]] = []
    /// Whether the lines of each stream are numbered without a hole.
    private(set) var isGapless = true

    /// Reads all tapes of a folder, those that are being written too.
    init(folder: String) throws {
        var last: (stream: String, sequence: Int64) = ("", 0)
        for part in TapeFolder(folder: folder, name: "finnhub").parts() {
            if part.stream != last.stream { last = (part.stream, 0) }
            let reader = try TapeReader(paths: [part.path], configuration: .init(workers: 1))
            while let batch = try reader.next() {
                for line in batch.lines {
                    isGapless = isGapless && line.sequence == last.sequence + 1
                    last.sequence = line.sequence
                    if line.kind == .event { add(try batch.event(line)) } else { add(try batch.message(line)) }
                }
            }
        }
    }

    /// Numbers of a feed's frames, in order.
    var numbers: [Int] { messages.compactMap(NumberedFeed.number) }

    /// How often an event is there.
    func count(_ isWanted: (TapeEvent) -> Bool) -> Int { events.count(where: isWanted) }

    private mutating func add(_ event: TapeEvent) {
        events.append(event)
        if case .connected = event { connections.append([]) }
    }

    private mutating func add(_ message: [UInt8]) {
        messages.append(message)
        if !connections.isEmpty { connections[connections.count - 1].append(message) }
    }
}
