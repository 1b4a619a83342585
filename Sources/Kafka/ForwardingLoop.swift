import Foundation

/// The forwarder's thread: one `poll(2)` over all its sockets.
struct ForwardingLoop {
    /// One direction of a connection.
    private struct Pipe {
        let source: Int32
        let sink: Int32
        var buffer: [UInt8] = []
        var isSourceDone = false

        var isDone: Bool { isSourceDone && buffer.isEmpty }
    }

    private static let limit = 65536
    private let listener: Int32
    private let wake: Int32
    private let target: SocketAddress
    /// Two for each connection, neighbours.
    private var pipes: [Pipe] = []

    init(listener: Int32, wake: Int32, target: SocketAddress) {
        self.listener = listener
        self.wake = wake
        self.target = target
    }

    /// Runs until a byte comes down the wake pipe.
    mutating func run() {
        var chunk = [UInt8](repeating: 0, count: Self.limit)
        while true {
            var polls = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            polls.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
            for pipe in pipes {
                let reads = !pipe.isSourceDone && pipe.buffer.count < Self.limit
                // A negative descriptor is left out, or one that hung up would keep waking us.
                polls.append(pollfd(fd: reads ? pipe.source : -1, events: Int16(POLLIN), revents: 0))
                polls.append(pollfd(fd: pipe.buffer.isEmpty ? -1 : pipe.sink, events: Int16(POLLOUT), revents: 0))
            }
            guard poll(&polls, nfds_t(polls.count), -1) >= 0 || errno == EINTR else { break }
            if polls[1].revents != 0 { break }
            for index in pipes.indices {
                if polls[2 + 2 * index].revents != 0 { fill(index, &chunk) }
                if polls[3 + 2 * index].revents != 0 || !pipes[index].buffer.isEmpty { flush(index) }
            }
            dropFinished()
            if polls[0].revents != 0 { acceptOne() }
        }
        for pipe in pipes { close(pipe.source) }
        close(listener)
    }

    private mutating func acceptOne() {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        SocketAddress.makeNonblocking(client)
        guard let server = target.connect() else {
            close(client)
            return
        }
        pipes.append(Pipe(source: client, sink: server))
        pipes.append(Pipe(source: server, sink: client))
    }

    private mutating func fill(_ index: Int, _ chunk: inout [UInt8]) {
        let count = recv(pipes[index].source, &chunk, Self.limit - pipes[index].buffer.count, 0)
        if count > 0 { pipes[index].buffer += chunk[..<count] }
        if count == 0 || (count < 0 && !Self.isTemporary(errno)) { pipes[index].isSourceDone = true }
    }

    private mutating func flush(_ index: Int) {
        let count = pipes[index].buffer.withUnsafeBytes {
            send(pipes[index].sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { pipes[index].buffer.removeFirst(count) }
        if count < 0, !Self.isTemporary(errno) {
            pipes[index].buffer = []
            pipes[index].isSourceDone = true
        }
    }

    /// Ends a connection once either side has ended and what it sent before is passed on: Kafka has no half-close.
    private mutating func dropFinished() {
        for index in stride(from: pipes.count - 2, through: 0, by: -2)
        where pipes[index].isDone || pipes[index + 1].isDone {
            close(pipes[index].source)
            close(pipes[index + 1].source)
            pipes.removeSubrange(index...(index + 1))
        }
    }

    private static func isTemporary(_ code: Int32) -> Bool {
        code == EAGAIN || code == EWOULDBLOCK || code == EINTR || code == ENOTCONN
    }
}
