/// Fields of CSV as RFC 4180 writes them.
enum CSVText {
    /// Appends a field, quoted where it must be.
    static func append(_ field: String, to out: inout [UInt8]) {
        let bytes = Array(field.utf8)
        guard bytes.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
            out += bytes
            return
        }
        out.append(0x22)
        for byte in bytes {
            if byte == 0x22 { out.append(0x22) }
            out.append(byte)
        }
        out.append(0x22)
    }

    /// The fields of a record without its end; nil where quotes do not pair.
    static func fields(_ record: ArraySlice<UInt8>) -> [String]? {
        var fields: [String] = []
        var field: [UInt8] = []
        var at = record.startIndex
        while true {
            field.removeAll(keepingCapacity: true)
            if at < record.endIndex, record[at] == 0x22 {
                at += 1
                while true {
                    guard at < record.endIndex else { return nil }
                    if record[at] == 0x22 {
                        at += 1
                        guard at < record.endIndex, record[at] == 0x22 else { break }
                    }
                    field.append(record[at])
                    at += 1
                }
                guard at == record.endIndex || record[at] == 0x2C else { return nil }
            } else {
                while at < record.endIndex, record[at] != 0x2C {
                    guard record[at] != 0x22 else { return nil }
                    field.append(record[at])
                    at += 1
                }
            }
            guard let text = String(validating: field, as: UTF8.self) else { return nil }
            fields.append(text)
            guard at < record.endIndex else { return fields }
            at += 1
        }
    }
}
