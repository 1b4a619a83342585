import CRDKafka
import Foundation
import Synchronization

/// Passes bytes between a fixed address and another one, on one thread of its own.
///
/// Bounded: each direction of a connection holds at most 64 KiB; who does not read is not read from.
final class TCPForwarder: Sendable {
    let address: String
    private let wake: (read: Int32, write: Int32)
    private let ended = Latch()
    private let isStopped = Atomic<Bool>(false)

    /// Listens, and starts to pass on.
    init(listen: String, target: String) throws(KafkaError) {
        let target = try SocketAddress(target)
        let (listener, bound) = try SocketAddress(listen).listen()
        var pipes: [Int32] = [-1, -1]
        guard pipe(&pipes) == 0 else {
            let error = SocketAddress.failure("forwarder \(listen)", errno)
            close(listener)
            throw error
        }
        pipes.forEach(SocketAddress.makeNonblocking)
        address = bound
        wake = (pipes[0], pipes[1])
        spawnThread { [ended, wake] in
            var loop = ForwardingLoop(listener: listener, wake: wake.read, target: target)
            loop.run()
            ended.open()
        }
    }

    /// Ends all connections; returns when the address is free again.
    func stop() {
        guard !isStopped.exchange(true, ordering: .sequentiallyConsistent) else { return }
        var byte: UInt8 = 0
        _ = write(wake.write, &byte, 1)
        _ = ended.wait(for: .seconds(5))
        close(wake.write)
        close(wake.read)
    }
}
