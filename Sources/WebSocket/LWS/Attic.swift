import CWebSockets
import Foundation

/// Memory that libwebsockets points to without owning it: freed when the context is gone.
///
/// Used on the service thread, and before it starts.
final class Attic {
    private var strings: [UnsafeMutablePointer<CChar>] = []
    private var tables: [UnsafeMutablePointer<lws_protocols>] = []
    private var objects: [AnyObject] = []

    /// A copy of a text as a C string.
    func string(_ text: String) -> UnsafePointer<CChar>? {
        guard let copy = strdup(text) else { return nil }
        strings.append(copy)
        return UnsafePointer(copy)
    }

    /// A protocol table with one entry; `user` is kept alive and reaches callbacks through `lws_get_protocol(wsi).user`.
    func table(user: AnyObject?, _ fill: (inout lws_protocols) -> Void) -> UnsafePointer<lws_protocols> {
        let table = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)
        table.initialize(repeating: lws_protocols(), count: 2)
        table[0].name = string("tapedeck")
        if let user {
            objects.append(user)
            table[0].user = Unmanaged.passUnretained(user).toOpaque()
        }
        fill(&table[0])
        tables.append(table)
        return UnsafePointer(table)
    }

    func clear() {
        for string in strings { free(string) }
        for table in tables { table.deallocate() }
        strings = []
        tables = []
        objects = []
    }

    deinit { clear() }
}
