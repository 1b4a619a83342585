import Digest

extension TapeAccount {
    static func hash(ofLines lines: [String]) -> String {
        var digest = SHA256()
        for line in lines { digest.update(line) }
        return digest.hex()
    }
}

/// The running hash of one stream's lines.
final class StreamDigest {
    private var digest: SHA256? = SHA256()

    /// Adds lines that stand one after the other, and an LF for the last.
    func update(_ bytes: ArraySlice<UInt8>, addingLineFeed: Bool) {
        bytes.withUnsafeBytes { digest?.update($0) }
        if addingLineFeed { digest?.update([UInt8(ascii: "\n")]) }
    }

    /// Ends the hash; call it once.
    func hex() -> String { digest.take()?.hex() ?? "" }
}
