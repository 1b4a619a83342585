/// An end marker on its way to one partition.
struct EndMarkerRecord {
    /// Tokens from here on are markers': no tape holds so many records.
    static let firstToken: UInt = 1 << 62

    let partition: Int32
    let value: [UInt8]
    var wasHandedOver = false
    var isAcknowledged = false
}
