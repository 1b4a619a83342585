extension TapeBatch {
    /// What a batch put on the tape, as a reader of the tape would deliver it: for whoever publishes live.
    ///
    /// Text frames come as frames whether they are JSON or not; events, binary frames and what was dropped are left out.
    ///
    /// - Parameters:
    ///   - batch: what was appended.
    ///   - receipts: what ``TapeCapture/append(_:)`` returned for it.
    ///   - header: the stream's header.
    ///   - path: the tape, for messages.
    public init(captured batch: borrowing CaptureBatch, receipts: [CaptureReceipt], header: TapeHeader, path: String) {
        var lines: [TapeLine] = []
        lines.reserveCapacity(batch.count)
        for (entry, receipt) in zip(batch.entries, receipts) {
            guard entry.kind == .json || entry.kind == .text, let sequence = receipt.sequence else { continue }
            let envelope = Envelope(
                sequence: sequence, receive: entry.receive, kind: .frame, body: entry.range, startsSegment: false)
            lines.append(TapeLine(envelope: envelope, line: entry.range, segment: receipt.segment, layout: .foreign))
        }
        self.init(header: header, text: batch.bytes, lines: lines, path: path, headerLine: nil)
    }
}
