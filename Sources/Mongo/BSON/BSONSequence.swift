/// BSON documents end to end in one array of bytes: what a bulk insert can send without an allocation a document.
public struct BSONSequence: Sendable {
    /// The documents' bytes.
    public let bytes: [UInt8]
    /// Where each document ends; one begins where its predecessor ended.
    public let ends: [Int]

    /// Takes documents that the caller has encoded; their insides are not checked here, the server checks them.
    ///
    /// - Parameters:
    ///   - bytes: whole documents, nothing between them.
    ///   - ends: the offset behind each document, rising.
    public init(trusted bytes: [UInt8], ends: [Int]) {
        precondition((ends.last ?? 0) == bytes.count, "the last document ends where the bytes end")
        self.bytes = bytes
        self.ends = ends
    }

    /// The bytes of one document.
    func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }
}
