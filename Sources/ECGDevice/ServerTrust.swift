import Crypto
public import ECGWire
public import NIOCore
public import NIOSSL

/// How a device knows that it talks to its server. There is no way to talk to just any: a device that sends a patient's
/// recording must know where it goes.
public enum ServerTrust: Hashable, Sendable {
    /// The server's public key has one of these SHA-256 hashes (of SubjectPublicKeyInfo in DER). Names and dates in the
    /// certificate do not count: a device's clock may be wrong, and its server's address may change. More than one lets a
    /// server's key be changed while its devices are away.
    case keys(sha256: Set<[UInt8]>)
    /// The server's certificate was signed by an authority of this PEM text, for the host that the device was given.
    case authorities(pem: String)
    /// The server's certificate was signed, for the host that the device was given, by an authority that the operating
    /// system trusts.
    case systemAuthorities
}

/// Sets up TLS 1.3 on a device's connections and checks the server's certificate.
public struct ServerVerifier: Sendable {
    private let context: NIOSSLContext
    private let pins: Set<[UInt8]>?

    /// - Throws: ``ServerTrustError`` if there is nobody to trust.
    public init(_ trust: ServerTrust) throws(ServerTrustError) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        do {
            switch trust {
            case .keys(let sha256):
                guard !sha256.isEmpty else { throw ServerTrustError.noKey }
                pins = sha256
                // No authority has a say, nor the name: the check of the key stands for both.
                tls.trustRoots = .certificates([])
                tls.certificateVerification = .noHostnameVerification
            case .authorities(let pem):
                let authorities = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
                guard !authorities.isEmpty else { throw ServerTrustError.noAuthority }
                pins = nil
                tls.trustRoots = .certificates(authorities)
            case .systemAuthorities:
                pins = nil
            }
            context = try NIOSSLContext(configuration: tls)
        } catch let error as ServerTrustError {
            throw error
        } catch {
            throw .noAuthority
        }
    }

    /// The handler to be put before the device's own. It ends the connection unless the server is trusted.
    ///
    /// - Parameter host: What the device was given as the server's address: a name, or numbers.
    public func makeHandler(host: String) throws -> NIOSSLClientHandler {
        // An address of numbers is checked as such; TLS sends no name for it.
        let isNumeric = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        let name = isNumeric ? nil : host
        guard let pins else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
        return try NIOSSLClientHandler(context: context, serverHostname: name) { chain, verdict in
            do {
                let key = try chain.first?.extractPublicKey().toSPKIBytes()
                let isKnown = key.map { pins.contains(Array(SHA256.hash(data: $0))) } ?? false
                verdict.succeed(isKnown ? .certificateVerified : .failed)
            } catch {
                verdict.fail(error)
            }
        }
    }

    /// What the device's proof is to be bound to, once the TLS handshake of this pipeline is complete.
    public static func binding(in pipeline: ChannelPipeline.SynchronousOperations) throws -> ChannelBinding {
        guard let certificate = try pipeline.nioSSL_peerCertificate() else { throw ServerTrustError.noCertificate }
        return .serverCertificate(sha256: Array(SHA256.hash(data: try certificate.toDERBytes())))
    }
}

/// Why a server cannot be verified.
public enum ServerTrustError: Error, Hashable, Sendable, CustomStringConvertible {
    case noKey
    case noAuthority
    case noCertificate

    public var description: String {
        switch self {
        case .noKey: "no key of a server is given: a device trusts at least one"
        case .noAuthority: "the authorities to be trusted hold no certificate: give them as PEM"
        case .noCertificate: "the server showed no certificate"
        }
    }
}
