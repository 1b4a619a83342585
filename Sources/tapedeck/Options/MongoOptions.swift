/// How verbs reach MongoDB.
enum MongoOptions {
    static let uri = CommandOption(
        "mongo-uri", .mongoURI, default: "mongodb://127.0.0.1:27017", help: "where MongoDB is, password included"
    ).secret()
    static let database = CommandOption("database", .database, default: "tapedeck", help: "the database to use")
}

extension ValueKind where Value == String {
    /// A connection string.
    static let mongoURI = Self("URI", accepted: "a URI such as mongodb://USER:PASSWORD@HOST:PORT/?OPTIONS") { text in
        text.wholeMatch(of: #/mongodb(\+srv)?:\/\/[^\s]+/#) != nil ? text : nil
    }

    /// A database's name, within MongoDB's own bounds on every platform.
    static let database = Self("NAME", accepted: "1 to 63 of letters, digits, '_', '-'") { text in
        text.wholeMatch(of: #/[A-Za-z0-9_-]{1,63}/#) != nil ? text : nil
    }
}
