import Crypto
import ECGModel
import ECGWire
import Foundation
import NIOSSL

/// A certificate chain and its private key, ready to be shown to new connections.
public struct ServerCertificate: Sendable {
    /// What a device's proof is bound to on connections that were shown this certificate.
    let binding: ChannelBinding
    /// SHA-256 of the public key (SubjectPublicKeyInfo in DER): what devices know the server by. It stays the same when
    /// a certificate is renewed with the same key.
    public let pin: [UInt8]
    /// From then on nobody who asks for its authority takes it.
    let expiresAt: Timestamp
    let configuration: TLSConfiguration
    let context: NIOSSLContext

    /// Reads PEM files.
    ///
    /// - Throws: ``CertificateError`` if there is no certificate or no key in them, or the key is another's.
    public init(certificateFile: String, privateKeyFile: String) throws(CertificateError) {
        let chain = try Self.chain(in: certificateFile)
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: privateKeyFile, format: .pem)
        } catch {
            throw .noPrivateKey(privateKeyFile)
        }
        // TLS 1.3 only: every device is new, none has to be carried along.
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        tls.minimumTLSVersion = .tlsv13
        do {
            let leaf = try chain[0].toDERBytes()
            let publicKey = try chain[0].extractPublicKey().toSPKIBytes()
            binding = .serverCertificate(sha256: Array(SHA256.hash(data: leaf)))
            pin = Array(SHA256.hash(data: publicKey))
            expiresAt = Timestamp(microsecondsSince1970: Int64(chain[0].notValidAfter) * 1_000_000)
            configuration = tls
            context = try NIOSSLContext(configuration: tls)
        } catch {
            throw .unusable(certificate: certificateFile, privateKey: privateKeyFile)
        }
    }

    /// The pin of the first certificate in a PEM file, of which no key is needed.
    public static func pin(ofCertificateFile file: String) throws(CertificateError) -> [UInt8] {
        do {
            return Array(SHA256.hash(data: try chain(in: file)[0].extractPublicKey().toSPKIBytes()))
        } catch let error as CertificateError {
            throw error
        } catch {
            throw .noCertificate(file)
        }
    }

    private static func chain(in file: String) throws(CertificateError) -> [NIOSSLCertificate] {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(file)
            guard !chain.isEmpty else { throw CertificateError.noCertificate(file) }
            return chain
        } catch {
            throw .noCertificate(file)
        }
    }
}

/// Why a certificate cannot be served.
public enum CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
    case noCertificate(String)
    case noPrivateKey(String)
    case unusable(certificate: String, privateKey: String)
    case unwritable(String)

    public var description: String {
        switch self {
        case .noCertificate(let file):
            "cannot read a certificate in \(file): it must be a PEM file that the server may read, the server's own "
                + "certificate first"
        case .noPrivateKey(let file):
            "cannot read a private key in \(file): it must be a PEM file without a passphrase that the server may read"
        case .unusable(let certificate, let privateKey):
            "the key in \(privateKey) does not belong to the first certificate in \(certificate): give the two that "
                + "were made together"
        case .unwritable(let folder):
            "cannot write the server's own certificate to \(folder): check that its owner runs this and that the disk "
                + "has room, or give a certificate"
        }
    }
}
