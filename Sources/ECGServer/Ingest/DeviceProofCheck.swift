import Crypto
import ECGModel
import ECGStore
import Foundation
import Logging

/// Checks that a device holds the private key of its registration.
struct DeviceProofCheck: Sendable {
    let store: any Store
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// Stands in for a key that is not registered, so that an unknown name costs the time of a wrong signature.
    private static let nobody = Curve25519.Signing.PrivateKey().publicKey

    /// A device that has proved itself.
    struct Proved: Sendable {
        /// When it was last in touch before.
        var lastContactAt: Timestamp?
    }

    /// The device, if `signature` is the Ed25519 signature of `message` by a registered one that was not revoked. What such a
    /// device said of itself is noted.
    func prove(
        _ signature: [UInt8], over message: [UInt8], by deviceID: String, hello: DeviceHello
    ) async throws -> Proved? {
        let device = try await store.device(deviceID)
        let registered = try device.map { try Curve25519.Signing.PublicKey(rawRepresentation: $0.publicKey) }
        let isSigned = (registered ?? Self.nobody).isValidSignature(Data(signature), for: Data(message))
        guard isSigned, let device, device.revokedAt == nil else { return nil }
        do {
            try await store.touchDevice(deviceID, at: now(), hello: hello)
        } catch {
            // On a full disk a device can still be told what readers did, and what it sends is refused by itself.
            logger.error(
                "a device's contact cannot be noted", metadata: ["device": "\(deviceID)", "error": "\(error)"])
        }
        return Proved(lastContactAt: device.lastContactAt)
    }
}
