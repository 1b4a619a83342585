import CMongoC
import Foundation

/// The one initialisation that libmongoc needs before anything else.
enum MongocLibrary {
    /// Touched before the first call, runs once.
    ///
    /// `mongoc_cleanup` is left out on purpose: it must come after the last handle, which a process that ends by `exit`
    /// on a signal cannot promise.
    static let ready: Void = {
        mongoc_log_set_handler({ level, domain, text, _ in MongoLog.receive(level, domain, text) }, nil)
        mongoc_init()
        forgetCounters()
    }()

    /// Takes the name from libmongoc's shared counters, which it makes as soon as it is loaded.
    ///
    /// Only `mongoc-stat` would read them. A process that is killed leaves them behind, and the next one with its id
    /// warns on standard error, before anyone can take over the library's log.
    static func forgetCounters() { shm_unlink("/mongoc-\(getpid())") }

    /// The library's version, for `doctor` and logs.
    static var version: String {
        guard let text = mongoc_get_version() else { return "unknown" }
        return String(cString: text)
    }
}
