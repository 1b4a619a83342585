import Diagnostics
import Foundation
import Heap
import Kafka
import Mongo
import Recorder
import Tape
import WebSocket

/// What the doctor looks at on this machine.
enum MachineChecks {
    /// Versions of the program and of the libraries it runs on.
    static func libraries() -> [Finding] {
        let kafka = KafkaLibrary.version
        let isOld = kafka.compare("2.3.0", options: .numeric) == .orderedAscending
        return [
            Finding(.good, "tapedeck", Versions.tapedeck),
            Finding(
                .good, "librdkafka",
                kafka + (isOld ? " (before 2.3.0 brokers' restarts break producers; they are made anew)" : "")),
            Finding(.good, "libmongoc", MongoPool.libraryVersion),
            Finding(.good, "libwebsockets", WebSocketLibrary.version),
            Finding(.good, "libdeflate", TapeLibrary.deflateVersion),
            Finding(.good, "zlib", TapeLibrary.zlibVersion),
            Heap.isInUse
                ? Finding(.good, "jemalloc", Heap.version)
                : Finding(.doubtful, "jemalloc", "another malloc is in use", remedy: "unset LD_PRELOAD"),
        ]
    }

    /// The server's key: whether it is there, not whether it is right, since asking would end a running recording.
    static func token(_ token: RecorderToken?) -> Finding {
        token == nil
            ? Finding(
                .doubtful, "token", "no key",
                remedy: "set FINNHUB_TOKEN, or FINNHUB_TOKEN_FILE to a file that only its user can read")
            : Finding(.good, "token", "a key is set (not tried: a second connection would end a running recording)")
    }

    /// Whether other users can read the file of the key.
    static func tokenFile(_ path: String?) -> Finding? {
        guard let path, !path.isEmpty else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        guard status.st_mode & 0o077 != 0 else { return nil }
        return Finding(.doubtful, "token", "\(path) can be read by other users", remedy: "chmod 600 \(path)")
    }

    /// Whether the clock is synchronised, as systemd or chrony tell it.
    static func clock() -> Finding {
        let remedy = "install chrony or enable systemd-timesyncd: receive times are this clock's"
        if let answer = output(of: ["timedatectl", "show", "--property=NTPSynchronized", "--value"]) {
            return answer == "yes"
                ? Finding(.good, "clock", "synchronised")
                : Finding(.doubtful, "clock", "not synchronised", remedy: remedy)
        }
        if let answer = output(of: ["chronyc", "-c", "tracking"]) {
            // The third field is the stratum, 0 while there is no source.
            let fields = answer.split(separator: ",", omittingEmptySubsequences: false)
            return fields.count > 4 && fields[2] != "0"
                ? Finding(.good, "clock", "synchronised, \(fields[4]) s off at the last look")
                : Finding(.doubtful, "clock", "not synchronised", remedy: remedy)
        }
        return Finding(
            .doubtful, "clock", "neither timedatectl nor chronyc tells whether it is synchronised", remedy: remedy)
    }

    /// What a program prints; nil if it is not there or fails.
    private static func output(of words: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether TLS has authorities to trust.
    static func authorities() -> Finding {
        let path = "/etc/ssl/certs/ca-certificates.crt"
        return FileManager.default.isReadableFile(atPath: path)
            ? Finding(.good, "authorities", path)
            : Finding(.doubtful, "authorities", "\(path) is not there", remedy: "apt install ca-certificates")
    }

    /// The folder for tapes: whether it can be written, what space is left, what a crash left.
    static func folder(_ path: String, minimumFree: Int64) -> [Finding] {
        guard access(path, F_OK) == 0 else {
            return [Finding(.bad, "folder", "\(path) is not there", remedy: "mkdir -p \(path)")]
        }
        guard access(path, W_OK | X_OK) == 0 else {
            return [Finding(.bad, "folder", "\(path) cannot be written", remedy: "chown it to the recorder's user")]
        }
        var findings: [Finding] = []
        let values = try? FileManager.default.attributesOfFileSystem(forPath: path)
        if let free = (values?[.systemFreeSize] as? NSNumber)?.int64Value {
            let text = "\(free >> 20) MiB free in \(path)"
            findings.append(
                free < minimumFree
                    ? Finding(.bad, "disk", text, remedy: "below --min-free nothing is stored: free some space")
                    : free < 4 * minimumFree
                        ? Finding(.doubtful, "disk", text, remedy: "give it more, or --keep-size or --keep-free")
                        : Finding(.good, "disk", text))
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let journals = names.filter { $0.hasSuffix(".jsonl.gz.open") }
        let left = journals.filter { !isLocked("\(path)/\($0)") }
        if !left.isEmpty {
            findings.append(
                Finding(
                    .doubtful, "journals", "\(left.count) left by a crash",
                    remedy: "the next record recovers them, or run tapedeck tape recover"))
        }
        return findings
    }

    private static func isLocked(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }
}
