import CCrypto

/// SHA-256 (FIPS 180-4) of a stream of bytes, computed by OpenSSL's libcrypto.
///
/// Owns its context; freed when the value goes, also on a throwing path.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// Starts an empty digest.
    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            fatalError("libcrypto gives no SHA-256 context: out of memory")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes to the digest.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Adds the bytes of an array to the digest.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the UTF-8 of a text to the digest.
    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// Ends the digest.
    ///
    /// - Returns: 64 lower-case hexadecimal digits.
    public consuming func hex() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The digest of one text.
    ///
    /// - Parameter text: the text, taken as UTF-8.
    /// - Returns: 64 lower-case hexadecimal digits.
    public static func hex(of text: String) -> String {
        var digest = SHA256()
        digest.update(text)
        return digest.hex()
    }
}
