import TradeModel

extension TradeIdentity {
    /// Reads an `_id` of `trades`: three parts of a stream's trade, four of a frame's.
    init?(documentID text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map { String($0) }
        switch parts.count {
        case 3:
            guard let sequence = Int64(parts[1] ?? ""), let index = Int32(parts[2] ?? ""), let stream = parts[0] else {
                return nil
            }
            self = .tape(stream: stream, sequence: sequence, index: index)
        case 4:
            guard let partition = Int32(parts[1] ?? ""), let offset = Int64(parts[2] ?? ""),
                let index = Int32(parts[3] ?? ""), let topic = parts[0]
            else { return nil }
            self = .kafka(topic: topic, partition: partition, offset: offset, index: index)
        default: return nil
        }
    }

    /// Appends the `_id`.
    func append(to out: inout [UInt8]) {
        switch self {
        case .tape(let stream, let sequence, let index):
            DocumentIdentifier.append(stream: stream, sequence: sequence, index: index, to: &out)
        case .kafka(let topic, let partition, let offset, let index):
            DocumentIdentifier.append(topic: topic, partition: partition, offset: offset, index: index, to: &out)
        }
    }
}
