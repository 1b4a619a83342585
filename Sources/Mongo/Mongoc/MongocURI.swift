import CMongoC

/// Owns a parsed connection string with every default of ours filled in.
struct MongocURI: ~Copyable {
    let pointer: OpaquePointer
    /// `host:port` of each seed, joined by commas.
    let hosts: String

    deinit { mongoc_uri_destroy(pointer) }

    /// Parses, refuses what would weaken the promise, fills in what the URI leaves open.
    ///
    /// - Throws: ``MongoError`` of kind `configuration`.
    init(_ configuration: MongoConfiguration) throws(MongoError) {
        _ = MongocLibrary.ready
        var error = bson_error_t()
        guard let pointer = mongoc_uri_new_with_error(configuration.uri, &error) else {
            let parsed = MongoError(error, operation: "", hosts: "")
            throw Self.refusal(
                hosts: "the given URI", parsed.message.replacing(configuration.uri, with: configuration.description),
                "write it as mongodb://USER:PASSWORD@HOST:PORT/?authSource=admin, special characters percent-encoded")
        }
        let hosts = Self.hostList(pointer)
        do {
            try Self.prepare(pointer, hosts, configuration)
        } catch {
            mongoc_uri_destroy(pointer)
            throw error
        }
        self.pointer = pointer
        self.hosts = hosts
    }

    private static func prepare(
        _ uri: OpaquePointer, _ hosts: String, _ configuration: MongoConfiguration
    ) throws(MongoError) {
        try checkConcern(uri, hosts)
        guard !configuration.database.isEmpty, configuration.database.utf8.count < 64,
            !configuration.database.contains(where: { "/\\. \"$*<>:|?\0".contains($0) })
        else {
            throw refusal(
                hosts: hosts, "'\(configuration.database)' is no database name",
                "use 1 to 63 bytes without any of / \\ . space \" $ * < > : | ?")
        }
        fill("connecttimeoutms", configuration.connectTimeout, uri)
        fill("serverselectiontimeoutms", configuration.selectionTimeout, uri)
        fill("sockettimeoutms", configuration.socketTimeout, uri)
        // Bounds the wait for a free client too; without it a forgotten one would hang every thread.
        fill("waitqueuetimeoutms", configuration.socketTimeout, uri)
        if !mongoc_uri_has_option(uri, "appname") { mongoc_uri_set_appname(uri, "tapedeck") }
        guard let concern = mongoc_write_concern_new() else { fatalError("out of memory") }
        defer { mongoc_write_concern_destroy(concern) }
        let given = mongoc_uri_get_write_concern(uri).map { mongoc_write_concern_get_wtimeout_int64($0) } ?? 0
        mongoc_write_concern_set_wmajority(concern, 0)
        mongoc_write_concern_set_journal(concern, true)
        let limit = given > 0 ? given : configuration.writeConcernTimeout.milliseconds
        mongoc_write_concern_set_wtimeout_int64(concern, limit)
        mongoc_uri_set_write_concern(uri, concern)
    }

    private static func checkConcern(_ uri: OpaquePointer, _ hosts: String) throws(MongoError) {
        if let concern = mongoc_uri_get_write_concern(uri) {
            let w = mongoc_write_concern_get_w(concern)
            // -2: not given; -3: majority (the macros have casts, which Swift does not import).
            let isWeak = w != -2 && w != -3
            let isUnjournaled =
                mongoc_write_concern_journal_is_set(concern) && !mongoc_write_concern_get_journal(concern)
            if isWeak || isUnjournaled {
                throw refusal(
                    hosts: hosts, "the URI asks for a weaker write concern than w=majority with journal",
                    "remove w, journal and safe from the URI: every write is acknowledged by the majority's journals")
            }
        }
        if let preference = mongoc_uri_get_read_prefs_t(uri),
            mongoc_read_prefs_get_mode(preference) != MONGOC_READ_PRIMARY
        {
            throw refusal(
                hosts: hosts, "the URI asks for reads from secondaries",
                "remove readPreference from the URI: a secondary may lag behind what was acknowledged")
        }
    }

    private static func hostList(_ uri: OpaquePointer) -> String {
        var hosts: [String] = []
        var next = mongoc_uri_get_hosts(uri)
        while let host = next {
            hosts.append(
                withUnsafeBytes(of: host.pointee.host_and_port) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
            next = UnsafePointer(host.pointee.next)
        }
        if hosts.isEmpty, let service = mongoc_uri_get_srv_hostname(uri) { hosts = [String(cString: service)] }
        return hosts.joined(separator: ",")
    }

    private static func fill(_ option: String, _ value: Duration, _ uri: OpaquePointer) {
        guard !mongoc_uri_has_option(uri, option) else { return }
        mongoc_uri_set_option_as_int32(uri, option, Int32(clamping: value.milliseconds))
    }

    private static func refusal(hosts: String, _ message: String, _ remedy: String) -> MongoError {
        MongoError(kind: .configuration, operation: "use the URI", hosts: hosts, message: message, remedy: remedy)
    }
}

extension Duration {
    /// Whole milliseconds, at least 1 for anything positive.
    var milliseconds: Int64 {
        let whole = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return self > .zero ? max(1, whole) : whole
    }
}
