import Foundation
import JSONText
import Replayer

/// The file beside the tapes that says how far they are in Kafka: one for each topic.
struct PublishWatermark {
    let path: String
    private let topic: String
    private let form: RecordForm

    init(folder: String, name: String, topic: String, form: RecordForm) {
        path = "\(folder)/\(name).\(topic).watermark"
        self.topic = topic
        self.form = form
    }

    /// What an earlier run left; nil if there is no file.
    func load() throws(RecorderError) -> PublishingPort.Watermark? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            let fields = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any],
            let stream = fields["stream"] as? String, let sequence = fields["seq"] as? Int64,
            let written = fields["as"] as? String
        else { throw .watermark(path: path, reason: "is no watermark file") }
        guard written == form.rawValue else {
            throw .watermark(path: path, reason: "is of a run that published as \(written), not as \(form.rawValue)")
        }
        return PublishingPort.Watermark(stream: stream, sequence: sequence)
    }

    /// Writes the place aside, syncs and renames, so that a crash leaves the old place or the new one.
    ///
    /// - Returns: why it could not be written, or nil.
    func save(_ watermark: PublishingPort.Watermark) -> String? {
        let line = JSONValue.object([
            "version": 1, "topic": .string(topic), "as": .string(form.rawValue), "stream": .string(watermark.stream),
            "seq": .int(watermark.sequence),
        ]).canonical
        let aside = path + ".partial"
        let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { return String(cString: strerror(errno)) }
        var bytes = Array((line + "\n").utf8)
        let written = write(file, &bytes, bytes.count)
        let isSynced = written == bytes.count && fsync(file) == 0
        let number = errno
        close(file)
        guard isSynced, rename(aside, path) == 0 else {
            unlink(aside)
            return String(cString: strerror(isSynced ? errno : number))
        }
        return nil
    }
}
