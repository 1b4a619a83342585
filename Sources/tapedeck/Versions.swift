import Heap
import Kafka
import Mongo
import Tape
import WebSocket

/// What this binary is and what it runs on.
enum Versions {
    /// Of Tapedeck itself.
    static let tapedeck = "0.1.0"

    /// A line for the program and each library.
    static var lines: [String] {
        [
            "tapedeck \(tapedeck)", "librdkafka \(KafkaLibrary.version)", "libmongoc \(MongoPool.libraryVersion)",
            "libdeflate \(TapeLibrary.deflateVersion)", "zlib \(TapeLibrary.zlibVersion)",
            "libwebsockets \(WebSocketLibrary.version)", "jemalloc \(Heap.version)",
        ]
    }
}
