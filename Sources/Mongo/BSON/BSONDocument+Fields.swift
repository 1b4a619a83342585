extension BSONDocument {
    /// The fields of a document as a sequence of names and values.
    public struct Fields: Sequence, Sendable {
        private let document: BSONDocument

        init(_ document: BSONDocument) { self.document = document }

        /// Starts at the first field.
        public func makeIterator() -> Iterator { Iterator(document.bytes) }

        /// Walks through the fields of a checked document.
        public struct Iterator: IteratorProtocol, Sendable {
            let bytes: [UInt8]
            private var offset = 4

            init(_ bytes: [UInt8]) { self.bytes = bytes }

            /// The next field, nil at the end.
            public mutating func next() -> (key: String, value: BSONValue)? {
                guard let field = advance() else { return nil }
                return (key(field), BSONDocument.decode(field.type, bytes, field.range))
            }

            /// Where the next field lies, without decoding it.
            mutating func advance() -> Field? {
                guard offset < bytes.count - 1 else { return nil }
                let start = offset + 1
                var end = start
                while end < bytes.count, bytes[end] != 0 { end += 1 }
                // The depth limit was met by the check of the whole document; a value by itself nests less.
                guard
                    let next = try? BSONDocument.extent(ofType: bytes[offset], bytes, at: end + 1)
                else { return nil }
                let field = Field(type: bytes[offset], name: start..<end, range: end + 1..<next)
                offset = next
                return field
            }

            /// The first field of this name from here on.
            mutating func seek(_ key: String) -> Field? {
                var key = key
                return key.withUTF8 { wanted in
                    while let field = advance() {
                        if field.name.count == wanted.count, bytes[field.name].elementsEqual(wanted) { return field }
                    }
                    return nil
                }
            }

            /// The name of a field.
            func key(_ field: Field) -> String { String(decoding: bytes[field.name], as: UTF8.self) }
        }

        /// Where a field lies in its document.
        struct Field {
            let type: UInt8
            let name: Range<Int>
            let range: Range<Int>
        }
    }

    /// The offset behind a checked value: what ``BSONValidation`` finds, without looking inside documents again.
    static func extent(ofType type: UInt8, _ bytes: [UInt8], at start: Int) throws(BSONError) -> Int {
        switch type {
        case 3, 4, 15: start + Int(integer(bytes, at: start, width: 4))
        case 2, 13, 14: start + 4 + Int(integer(bytes, at: start, width: 4))
        default: try BSONValidation.end(ofType: type, bytes, at: start, limit: bytes.count - 1, depth: 1)
        }
    }
}
