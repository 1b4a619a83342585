import CMongoC

extension MongoError.Kind {
    /// The class of a server's error code (pipeline.md, section 6).
    ///
    /// - Parameter code: the `code` of a reply, a write error or a write concern error.
    public init(serverCode code: Int32) {
        self =
            switch code {
            case 11000, 11001, 12582: .duplicateKey
            // 22: invalid BSON; 10334: larger than 16 MiB; 15 and 17280: nested or keyed beyond the limits.
            case 121, 10334, 22, 15, 17280: .rejectedDocument
            case 10107, 13435, 13436, 189, 91, 11600, 11602: .notPrimary
            // 202 and 358: the server's own network time-outs.
            case 6, 7, 89, 9001, 50, 262, 202, 358: .network
            case 24, 112, 11601, 14031: .contention
            case 64, 79, 100: .writeConcern
            case 13, 18: .authentication
            case 2, 59: .command
            default: .other
            }
    }

    /// Whether a retry of the same operation makes sense.
    public var isRetriable: Bool {
        switch self {
        case .notPrimary, .network, .contention, .writeConcern: true
        case .duplicateKey, .rejectedDocument, .authentication, .command, .configuration, .other: false
        }
    }

    func remedy(hosts: String) -> String {
        switch self {
        case .duplicateKey: "the document is already stored"
        case .rejectedDocument: "the server refuses this document: check the collection's validator and its size"
        case .notPrimary: "the replica set elects a primary or the server ends; try again"
        case .network:
            "check that mongod runs and is reachable at \(hosts), or name another server in TAPEDECK_MONGO_URI"
        case .contention: "try again; if it lasts, look at the server's load and free disk space"
        case .writeConcern: "too few members have it on disk: check the replica set's health, then try again"
        case .authentication: "check user, password and authSource in the URI, and the user's roles"
        case .command: "check the server's version and the request"
        case .configuration: "correct the URI"
        case .other: "see the server's log"
        }
    }
}

extension MongoError {
    /// Reads a libmongoc error (error API 2: a server's codes come with their own domain).
    ///
    /// - Parameters:
    ///   - error: filled by the call that failed.
    ///   - operation: what was attempted.
    ///   - hosts: where.
    init(_ error: bson_error_t, operation: String, hosts: String) {
        let message = withUnsafeBytes(of: error.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let code = Int32(bitPattern: error.code)
        let kind: Kind
        switch mongoc_error_domain_t(error.domain) {
        case MONGOC_ERROR_SERVER, MONGOC_ERROR_WRITE_CONCERN, MONGOC_ERROR_QUERY, MONGOC_ERROR_COLLECTION:
            let byCode = Kind(serverCode: code)
            let isConcern = mongoc_error_domain_t(error.domain) == MONGOC_ERROR_WRITE_CONCERN
            kind = byCode == .other && isConcern ? .writeConcern : byCode
        case MONGOC_ERROR_STREAM, MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_PROTOCOL:
            kind = .network
        case MONGOC_ERROR_CLIENT:
            let isLogin = [MONGOC_ERROR_CLIENT_AUTHENTICATE, MONGOC_ERROR_CLIENT_GETNONCE].contains {
                $0.rawValue == error.code
            }
            kind = isLogin ? .authentication : .network
        case MONGOC_ERROR_SASL, MONGOC_ERROR_SCRAM: kind = .authentication
        case MONGOC_ERROR_BSON: kind = .rejectedDocument
        case MONGOC_ERROR_COMMAND, MONGOC_ERROR_NAMESPACE: kind = .command
        default: kind = .other
        }
        self.init(
            kind: kind, code: code, operation: operation, hosts: hosts,
            message: message.isEmpty ? "no reason given" : message)
    }
}
