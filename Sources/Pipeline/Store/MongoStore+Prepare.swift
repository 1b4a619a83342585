import Mongo

extension MongoStore {
    func prepare() throws(StoreFault) {
        try attempt { () throws(MongoError) in
            for collection in StoreCollection.allCases {
                try pool.ensureCollection(
                    collection.rawValue, validator: Self.validator(of: collection),
                    indexes: Self.indexes(of: collection))
            }
        }
    }

    private static func indexes(of collection: StoreCollection) -> [MongoIndex] {
        switch collection {
        case .trades: [MongoIndex(["s": 1, "t": 1])]
        case .predictions: [MongoIndex(["s": 1, "m": 1, "target.t": 1])]
        case .states: [MongoIndex(["cp": 1])]
        case .deadLetters: [MongoIndex(["reason": 1, "at": 1])]
        case .checkpoints, .latest: []
        }
    }

    /// What a collection accepts: the fields that every document must have, with their types.
    ///
    /// Other fields pass, so that a newer version's documents do.
    private static func validator(of collection: StoreCollection) -> BSONDocument {
        switch collection {
        case .trades:
            schema(
                [
                    ("_id", "string"), ("s", "string"), ("p", "double"), ("v", "double"), ("t", "date"),
                    ("k", "object"),
                    ("at", "date"),
                ], optional: [("rx", ["long"]), ("seg", ["long"]), ("flag", ["string"]), ("c", ["array", "null"])])
        case .predictions:
            schema(
                [
                    ("_id", "string"), ("s", "string"), ("m", "string"), ("h", "string"), ("origin", "object"),
                    ("level", "double"), ("status", "string"), ("k", "object"), ("at", "date"),
                ],
                optional: [
                    ("target", ["object"]), ("actual", ["double", "null"]), ("predicted", ["double", "null"]),
                    ("low", ["double", "null"]), ("high", ["double", "null"]), ("error", ["double", "null"]),
                    ("reason", ["string"]),
                ])
        case .states:
            schema(
                [
                    ("_id", "string"), ("cp", "string"), ("s", "string"), ("of", "long"), ("n", "long"),
                    ("session", "int"), ("counts", "object"), ("model", "binData"), ("windows", "binData"),
                    ("pending", "array"),
                ],
                optional: [("last", ["object", "null"]), ("tau", ["date", "null"]), ("seg", ["long", "null"])])
        case .checkpoints:
            schema(
                [
                    ("_id", "string"), ("cluster", "string"), ("partitions", "int"), ("m", "string"), ("schema", "int"),
                    ("epoch", "long"), ("owner", "string"), ("start_offset", "long"), ("next_offset", "long"),
                    ("marks", "object"), ("counts", "object"), ("gaps", "array"), ("at", "date"),
                ], optional: [("anchor", ["object"])])
        case .deadLetters:
            schema(
                [
                    ("_id", "string"), ("reason", "string"), ("detail", "string"), ("size", "long"),
                    ("headers", "array"),
                    ("ts", "date"), ("version", "string"), ("at", "date"),
                ], optional: [("key", ["binData", "null"]), ("value", ["binData", "null"])])
        case .latest:
            schema(
                [
                    ("_id", "string"), ("s", "string"), ("m", "string"), ("t", "date"), ("p", "double"), ("n", "long"),
                    ("of", "long"), ("at", "date"),
                ],
                optional: [
                    ("predicted", ["double", "null"]), ("low", ["double", "null"]), ("high", ["double", "null"]),
                    ("error", ["double", "null"]),
                ])
        }
    }

    private static func schema(_ required: [(String, String)], optional: [(String, [String])]) -> BSONDocument {
        var properties = BSONDocument()
        for (name, type) in required { properties.append(name, BSONDocument([("bsonType", .string(type))])) }
        for (name, types) in optional {
            properties.append(name, BSONDocument([("bsonType", .array(types.map { .string($0) }))]))
        }
        return [
            "$jsonSchema": [
                "bsonType": "object", "required": .array(required.map { .string($0.0) }),
                "properties": .document(properties),
            ]
        ]
    }
}
