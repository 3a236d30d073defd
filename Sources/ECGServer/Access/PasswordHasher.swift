import Crypto
import NIOPosix

/// Hashes and checks passwords off the event loops, a few at a time, so that a flood of sign-ins can take neither the
/// processors nor the memory from what matters.
public actor PasswordHasher {
    /// 2 × 128 MiB and at most two processors.
    public static let concurrencyLimit = 2
    /// Sign-ins waiting for their turn; at half a second each the last waits some ten seconds, and nobody waits longer.
    public static let waitingLimit = 32

    private let cost: PasswordHash.Cost
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

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
        if running >= Self.concurrencyLimit {
            guard waiting.count < Self.waitingLimit else { throw AccessError.busy }
            // Whoever leaves hands over its place, so `running` stays as it is.
            await withCheckedContinuation { waiting.append($0) }
        } else {
            running += 1
        }
        defer {
            if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
        }
        return try await NIOThreadPool.singleton.runIfActive(work)
    }
}

enum RandomBytes {
    /// Bytes of the system's cryptographic generator.
    static func make(_ count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: 8 * count)).withUnsafeBytes(Array.init)
    }
}
