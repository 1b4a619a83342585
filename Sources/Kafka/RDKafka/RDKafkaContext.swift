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

    /// What a producer's callbacks left.
    struct Deliveries {
        var reports: [KafkaDeliveryReport] = []
        var errors: [(code: rd_kafka_resp_err_t, text: String)] = []
    }

    /// Held by whoever polls a producer: callbacks come on the polling thread only.
    private let pollingTurn = Mutex(())
    /// Only touched while ``pollingTurn`` is held, by the thread that holds it; a check for each report would cost more
    /// than the report.
    @exclusivity(unchecked) nonisolated(unsafe) private var deliveries = Deliveries()

    init(log: @escaping KafkaLogHandler) { self.log = log }

    /// Polls a producer: its callbacks append to the reports.
    ///
    /// - Returns: errors that concern no single record.
    func poll(
        into reports: inout [KafkaDeliveryReport], _ poll: () -> Void
    ) -> [(code: rd_kafka_resp_err_t, text: String)] {
        pollingTurn.withLock { _ in
            deliveries.errors = []
            swap(&deliveries.reports, &reports)
            poll()
            swap(&deliveries.reports, &reports)
            return deliveries.errors
        }
    }

    /// The thread that polls.
    ///
    /// The message is freed behind this call: it is touched once, while it is in the cache. A queue of events would
    /// touch it twice.
    static let deliveryCallback:
        @convention(c) (OpaquePointer?, UnsafePointer<rd_kafka_message_t>?, UnsafeMutableRawPointer?) -> Void = {
            _, message, opaque in
            guard let message, let opaque else { return }
            // The client keeps the context alive; counting references would be the dearest part of this.
            Unmanaged<RDKafkaContext>.fromOpaque(opaque)._withUnsafeGuaranteedRef {
                $0.deliveries.reports.append(KafkaDeliveryReport(message))
            }
        }

    /// The thread that polls.
    static let errorCallback:
        @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
            _, code, text, opaque in
            guard let context = from(opaque) else { return }
            context.deliveries.errors.append(
                (rd_kafka_resp_err_t(rawValue: code), text.map { String(cString: $0) } ?? ""))
        }

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
