import CMongoC
import Foundation

/// Frees a client pool without waiting for a server that is away.
///
/// `mongoc_client_pool_destroy` says goodbye first (`endSessions`), and for that waits for a server as long as any
/// operation does: 10 s by default. Whoever ends because MongoDB is away must not wait that long once more.
enum MongocPoolDisposal {
    /// Takes the pool over; returns at once if no server is known, after some 0.4 s otherwise.
    static func dispose(_ pool: OpaquePointer) {
        guard !knowsServer(pool) else {
            mongoc_client_pool_destroy(pool)
            return
        }
        // The address alone goes to the other thread, and nobody else has it any more.
        let address = UInt(bitPattern: pool)
        Thread.detachNewThread { mongoc_client_pool_destroy(OpaquePointer(bitPattern: address)) }
    }

    private static func knowsServer(_ pool: OpaquePointer) -> Bool {
        guard let client = mongoc_client_pool_try_pop(pool) else { return false }
        defer { mongoc_client_pool_push(pool, client) }
        var count = 0
        guard let servers = mongoc_client_get_server_descriptions(client, &count) else { return false }
        defer { mongoc_server_descriptions_destroy_all(servers, count) }
        return (0..<count).contains { index in
            guard let type = mongoc_server_description_type(servers[index]) else { return false }
            return String(cString: type) != "Unknown"
        }
    }
}
