import Foundation

/// Certificates made by openssl for one test.
public struct TestAuthority {
    private let folder: TemporaryFolder
    /// The authority's own certificate, PEM.
    public var caFile: String { folder.file("ca.pem") }

    /// What a certificate is like.
    public enum Flaw: String, CaseIterable, Sendable {
        /// It is in order.
        case none
        /// Its time is over.
        case expired
        /// It names another host.
        case wrongHost
    }

    /// Whether there is an openssl to make them.
    public static var isThere: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") }

    /// Makes an authority and a certificate for each flaw.
    ///
    /// - Throws: if openssl fails.
    public init() throws {
        folder = try TemporaryFolder("certificates")
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=Test authority", "-keyout", folder.file("ca.key"), "-out", caFile)
        for flaw in Flaw.allCases { try issue(flaw) }
    }

    /// Key and certificate for a server on `localhost`, with a flaw.
    ///
    /// - Parameter flaw: what is wrong with the certificate.
    /// - Returns: arguments of ``PythonPeer``.
    public func arguments(_ flaw: Flaw) -> [String] {
        ["--cert", folder.file("\(flaw).pem"), "--key", folder.file("\(flaw).key")]
    }

    private func issue(_ flaw: Flaw) throws {
        let host = flaw == .wrongHost ? "other.example" : "localhost"
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(host)",
            "-keyout", folder.file("\(flaw).key"), "-out", folder.file("\(flaw).csr"))
        try Data("subjectAltName=DNS:\(host)\n".utf8).write(to: URL(fileURLWithPath: folder.file("\(flaw).ext")))
        try openssl(
            "x509", "-req", "-in", folder.file("\(flaw).csr"), "-CA", caFile, "-CAkey", folder.file("ca.key"),
            "-CAcreateserial", "-days", flaw == .expired ? "-1" : "2", "-extfile", folder.file("\(flaw).ext"), "-out",
            folder.file("\(flaw).pem"))
    }

    private func openssl(_ arguments: String...) throws {
        let run = try CommandRun.program("/usr/bin/openssl", arguments)
        guard run.status == 0 else { throw CocoaError(.executableLoad, userInfo: ["openssl": "\(run.errors)"]) }
    }
}
