import Crypto
public import ECGModel
import Foundation
import SwiftASN1
import X509

/// The certificate that a server makes for itself where its operator gives none: self-signed, and trusted by the devices
/// that were told its key when they were registered.
///
/// It lies in the data folder, so that a copy of the folder moves the server without a visit to its devices. It never
/// expires: devices trust the key, and a date would only stop a county's devices on a day that nobody remembers.
public struct OwnCertificate: Sendable {
    public let certificateFile: String
    public let privateKeyFile: String

    private static let folderName = "tls"
    private static let certificateName = "certificate.pem"
    private static let keyName = "key.pem"
    /// A server's clock may be set right after the first start: the certificate is valid from so long before.
    private static let toleratedClockErrorSeconds = 86_400.0
    /// 9999-12-31T23:59:59Z, which stands for no end (RFC 5280, section 4.1.2.5).
    private static let noEnd = Date(timeIntervalSince1970: 253_402_300_799)

    /// The certificate in the server's data folder, made at the first call. Any number of processes may call at once.
    ///
    /// - Throws: ``CertificateError/unwritable(_:)``.
    public static func find(inDataFolder data: String, now: Timestamp) throws(CertificateError) -> OwnCertificate {
        let folder = URL(filePath: data, directoryHint: .isDirectory)
            .appending(path: folderName, directoryHint: .isDirectory)
        let own = OwnCertificate(
            certificateFile: folder.appending(path: certificateName).path,
            privateKeyFile: folder.appending(path: keyName).path)
        if !FileManager.default.fileExists(atPath: folder.path) {
            do {
                let moment = Date(timeIntervalSince1970: Double(now.microsecondsSince1970) / 1_000_000)
                try make(folder, now: moment)
            } catch {
                throw .unwritable(folder.path)
            }
        }
        return own
    }

    /// Both files appear at once, also after a power cut: whoever comes second finds a folder that is complete. The key is
    /// given to devices right afterwards, so it must not be lost.
    private static func make(_ folder: URL, now: Date) throws {
        let (certificate, key) = try selfSigned(now: now)
        let files = FileManager.default
        let draft = folder.deletingLastPathComponent()
            .appending(path: ".\(folderName)-\(UUID().uuidString)", directoryHint: .isDirectory)
        try files.createDirectory(
            at: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        do {
            try DurableFile.replace(
                draft.appending(path: keyName).path, with: Data(key.utf8), permissions: 0o600)
            try DurableFile.replace(
                draft.appending(path: certificateName).path, with: Data(certificate.utf8), permissions: 0o644)
            try files.moveItem(at: draft, to: folder)
        } catch {
            try files.removeItem(at: draft)
            guard files.fileExists(atPath: folder.path) else { throw error }
        }
        try DurableFile.syncFolder(of: folder.path)
    }

    private static func selfSigned(now: Date) throws -> (certificate: String, key: String) {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("ecg-net") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-toleratedClockErrorSeconds), notValidAfter: noEnd,
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
            },
            issuerPrivateKey: .init(key))
        return (try certificate.serializeAsPEM().pemString, key.pemRepresentation)
    }
}
