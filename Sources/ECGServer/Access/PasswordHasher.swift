import Crypto
import NIOPosix

/// Hashes and checks passwords off the event loops, a few at a time, so that a flood of sign-ins can take neither the
/// processors nor the memory from what matters.
public final class PasswordHasher: Sendable {
    private let cost: PasswordHash.Cost
    private let turnstile = Turnstile(
        places: HTTPLimits.passwordsAtOnce, waiting: HTTPLimits.waitingPasswords)

    public init(cost: PasswordHash.Cost = .recommended) {
        self.cost = cost
    }

    /// A fresh hash with a salt of its own. Throws ``AccessError/busy`` when too many wait already.
    public func hash(_ password: String) async throws -> String {
        let salt = RandomBytes.make(PasswordHash.saltBytes)
        return try await inTurn { [cost] in try PasswordHash(of: password, cost: cost, salt: salt).description }
    }

    /// Whether a password is the one of a stored hash. Without one, as for a name that nobody has, it takes the same time
    /// and says no.
    public func verify(_ password: String, against stored: String?) async throws -> Bool {
        let known = stored.flatMap(PasswordHash.init)
        return try await inTurn { [cost] in
            guard let known else {
                _ = try PasswordHash(of: password, cost: cost, salt: Array(repeating: 0, count: PasswordHash.saltBytes))
                return false
            }
            return try known.matches(password)
        }
    }

    private func inTurn<Result: Sendable>(
        _ work: @Sendable @escaping () throws -> Result
    ) async throws -> Result {
        do {
            return try await turnstile.pass { try await NIOThreadPool.singleton.runIfActive(work) }
        } catch is Turnstile.Full {
            throw AccessError.busy
        }
    }
}

enum RandomBytes {
    /// Bytes of the system's cryptographic generator.
    static func make(_ count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: 8 * count)).withUnsafeBytes(Array.init)
    }
}
