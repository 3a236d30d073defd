import Crypto
import ECGServer
import Foundation
import SwiftASN1
import X509

/// An authority of the test's own that signs certificates for hosts; everything is made anew in each run.
struct TestAuthority {
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName
    private let certificate: Certificate

    init() throws {
        name = try DistinguishedName { CommonName("test authority") }
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: .now - 3600, notValidAfter: .now + 3600, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            },
            issuerPrivateKey: .init(key))
    }

    var pem: String { get throws { try certificate.serializeAsPEM().pemString } }

    /// Writes a fresh certificate and its key to `folder`, in place of those that were there.
    func issue(for host: SubjectName = .loopback, to folder: URL) throws -> ServerConfiguration.TLS {
        let key = P256.Signing.PrivateKey()
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: .now - 3600, notValidAfter: .now + 3600, issuer: name,
            subject: try DistinguishedName { CommonName("test server") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions { SubjectAlternativeNames([host.generalName]) },
            issuerPrivateKey: .init(self.key))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = ServerConfiguration.TLS(
            certificateFile: folder.appending(path: "server.pem").path,
            privateKeyFile: folder.appending(path: "server-key.pem").path)
        try Data(leaf.serializeAsPEM().pemString.utf8).write(to: URL(filePath: files.certificateFile))
        try Data(key.pemRepresentation.utf8).write(to: URL(filePath: files.privateKeyFile))
        return files
    }

    enum SubjectName {
        case loopback
        case named(String)

        var generalName: GeneralName {
            switch self {
            case .loopback: .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))
            case .named(let host): .dnsName(host)
            }
        }
    }
}
