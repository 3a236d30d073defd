/// What ties a device's proof to the encrypted connection on which it is given, so that nobody can pass it on through a
/// connection of their own.
public enum ChannelBinding: Hashable, Sendable {
    /// Plain TCP, between a device and a server on one machine or in a network that encrypts by itself: nothing to bind to.
    case none
    /// Inside TLS: the SHA-256 of the server's certificate (the end entity's, in DER) as this end knows it. It is
    /// `tls-server-end-point` of RFC 5929, section 4, with SHA-256 whatever the certificate is signed with, so that a
    /// small device needs one hash only.
    case serverCertificate(sha256: [UInt8])

    /// Bytes of a SHA-256.
    public static let hashBytes = 32
    /// Stands before the hash, as RFC 5056, section 2.1, asks for: no other kind of binding can be mistaken for it.
    static let endPointPrefix = "tls-server-end-point:"

    /// The number by which Hello names the kind.
    var kind: UInt32 {
        switch self {
        case .none: 0
        case .serverCertificate: 1
        }
    }

    /// What ``DeviceProof`` covers.
    /// - Precondition: a hash has ``hashBytes``.
    public var bytes: [UInt8] {
        switch self {
        case .none: return []
        case .serverCertificate(let sha256):
            precondition(sha256.count == Self.hashBytes, "a SHA-256 has \(Self.hashBytes) bytes")
            return Array(Self.endPointPrefix.utf8) + sha256
        }
    }
}
