import Crypto
import CryptoExtras
import Foundation

/// A password's salted hash by scrypt (RFC 7914) with the parameters it was made with, as text:
/// `$scrypt$ln=17,r=8,p=1$SALT$HASH`, the form of the Password Hashing Competition, salt and hash in base64.
public struct PasswordHash: Hashable, Sendable, LosslessStringConvertible {
    /// What one guess costs. Memory is 128 · 2^logRounds · blockSize bytes.
    public struct Cost: Hashable, Sendable {
        public var logRounds: Int
        public var blockSize: Int
        public var parallelism: Int

        public init(logRounds: Int, blockSize: Int, parallelism: Int) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// N = 2^17, r = 8, p = 1, 128 MiB: the first choice for scrypt of OWASP's Password Storage Cheat Sheet.
        public static let recommended = Cost(logRounds: 17, blockSize: 8, parallelism: 1)

        /// What is accepted from a stored text, so that a damaged one cannot ask for all memory: up to 1 GiB.
        var isAcceptable: Bool {
            (1...20).contains(logRounds) && (1...8).contains(blockSize) && (1...16).contains(parallelism)
        }
    }

    /// RFC 7914's examples and OWASP take at least 16 random bytes; so many cannot collide.
    static let saltBytes = 16
    static let hashBytes = 32

    let cost: Cost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Hashes a password. Takes as long and as much memory as the cost says: call it through ``PasswordHasher``.
    init(of password: String, cost: Cost, salt: [UInt8]) throws {
        self.cost = cost
        self.salt = salt
        hash = try Self.derive(from: password, cost: cost, salt: salt, byteCount: Self.hashBytes)
    }

    /// Whether the password is the one that was hashed. Compares in constant time; as expensive as hashing.
    func matches(_ password: String) throws -> Bool {
        let candidate = try Self.derive(from: password, cost: cost, salt: salt, byteCount: hash.count)
        return zip(candidate, hash).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Passwords are compared in normalization form C, so that one typed on another keyboard is the same (RFC 8265).
    private static func derive(
        from password: String, cost: Cost, salt: [UInt8], byteCount: Int
    ) throws -> [UInt8] {
        let normalized = Array(password.precomposedStringWithCanonicalMapping.utf8)
        return try KDF.Scrypt.deriveKey(
            from: normalized, salt: salt, outputByteCount: byteCount, rounds: 1 << cost.logRounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism
        ).withUnsafeBytes(Array.init)
    }

    // MARK: Text

    public var description: String {
        "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
            + "$\(Data(salt).base64EncodedString())$\(Data(hash).base64EncodedString())"
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let parameters = parts[2].split(separator: ",")
        func parameter(_ index: Int, _ name: String) -> Int? {
            guard parameters.count == 3, parameters[index].hasPrefix(name + "=") else { return nil }
            return Int(parameters[index].dropFirst(name.count + 1))
        }
        guard let logRounds = parameter(0, "ln"), let blockSize = parameter(1, "r"),
            let parallelism = parameter(2, "p"),
            let salt = Data(base64Encoded: String(parts[3])), let hash = Data(base64Encoded: String(parts[4])),
            salt.count == Self.saltBytes, hash.count == Self.hashBytes
        else { return nil }
        cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        guard cost.isAcceptable else { return nil }
        self.salt = [UInt8](salt)
        self.hash = [UInt8](hash)
    }
}
