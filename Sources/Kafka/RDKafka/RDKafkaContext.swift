import CRDKafka
import Synchronization

/// What librdkafka's callbacks reach through their opaque pointer.
///
/// A client keeps it alive until `rd_kafka_destroy` has returned: no callback comes after that.
final class RDKafkaContext: Sendable {
    let log: KafkaLogHandler
    /// What the group told us to take or give up, in order; the poll loop hands it on.
    let rebalances = Mutex<[KafkaRebalance]>([])
    /// Set before closing: from then on callbacks give partitions up at once, since nobody polls any more.
    let isClosing = Atomic<Bool>(false)

    init(log: @escaping KafkaLogHandler) { self.log = log }

    var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func from(_ opaque: UnsafeMutableRawPointer?) -> RDKafkaContext? {
        opaque.map { Unmanaged<RDKafkaContext>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Any of librdkafka's threads; no lock of ours is held.
    static let logCallback:
        @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void = {
            client, level, facility, text in
            guard let client, let facility, let text, let context = from(rd_kafka_opaque(client)) else { return }
            let grave: KafkaLogLine.Level =
                switch level {
                case ...3: .error
                case 4: .warning
                case 5, 6: .info
                default: .debug
                }
            context.log(KafkaLogLine(level: grave, facility: String(cString: facility), text: String(cString: text)))
        }
}
