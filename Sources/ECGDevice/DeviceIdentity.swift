import Crypto
import ECGWire
import Foundation

/// What a device is to the server: its name and its Ed25519 key pair (RFC 8032), and how it knows its server. The file
/// that holds it belongs to the device alone.
public struct DeviceIdentity: Sendable {
    public let id: String
    /// How the device knows its server; nil where the file does not say.
    public var server: ServerTrust?
    private let key: Curve25519.Signing.PrivateKey

    /// Makes a new key pair from the system's random numbers.
    public static func generate(id: String, server: ServerTrust? = nil) -> DeviceIdentity {
        DeviceIdentity(id: id, key: Curve25519.Signing.PrivateKey(), server: server)
    }

    private init(id: String, key: Curve25519.Signing.PrivateKey, server: ServerTrust?) {
        precondition(WireProtocol.isDeviceID(id), "a device's name is checked before its key is made")
        self.id = id
        self.key = key
        self.server = server
    }

    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// Signs the proof that the server asks for.
    public func sign(_ message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }
}

// MARK: The identity's file

extension DeviceIdentity {
    private struct File: Codable {
        var device: String
        /// The private key's 32-byte seed in Base64.
        var privateKey: Data
        /// ``ServerTrust/keys(sha256:)``, each in Base64.
        var serverKeys: [Data]?
        /// ``ServerTrust/authorities(pem:)``.
        var serverAuthorities: String?
    }

    /// Reads the file that ``write(to:)`` made.
    public static func read(from path: String) throws -> DeviceIdentity {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DeviceIdentityError.unreadable(path)
        }
        do {
            let file = try JSONDecoder().decode(File.self, from: data)
            guard WireProtocol.isDeviceID(file.device) else { throw DeviceIdentityError.malformed(path) }
            return DeviceIdentity(
                id: file.device, key: try Curve25519.Signing.PrivateKey(rawRepresentation: file.privateKey),
                server: file.serverKeys.map { .keys(sha256: Set($0.map { [UInt8]($0) })) }
                    ?? file.serverAuthorities.map { .authorities(pem: $0) })
        } catch {
            // The cause may quote the key.
            throw DeviceIdentityError.malformed(path)
        }
    }

    /// Writes the identity to a new file that only its owner may read.
    public func write(to path: String) throws {
        var file = File(device: id, privateKey: key.rawRepresentation)
        switch server {
        case .keys(let sha256): file.serverKeys = sha256.map { Data($0) }
        case .authorities(let pem): file.serverAuthorities = pem
        case .systemAuthorities, nil: break
        }
        let data = try JSONEncoder().encode(file)
        guard !FileManager.default.fileExists(atPath: path) else { throw DeviceIdentityError.exists(path) }
        let written = FileManager.default.createFile(
            atPath: path, contents: data, attributes: [.posixPermissions: 0o600])
        guard written else { throw DeviceIdentityError.unwritable(path) }
    }
}

/// Why an identity's file cannot be read or written; the text says what to do.
public enum DeviceIdentityError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case malformed(String)
    case exists(String)
    case unwritable(String)

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read the device's identity \(path): make one with `ecgnet device add`"
        case .malformed(let path): "\(path) holds no device identity: make one with `ecgnet device add --key-file`"
        case .exists(let path): "\(path) exists already and may be another device's only key: choose another file"
        case .unwritable(let path): "cannot write the device's identity \(path): check the folder and its rights"
        }
    }
}
