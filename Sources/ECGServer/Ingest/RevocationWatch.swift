import ECGStore
import ECGWire
import Logging
import ServiceLifecycle

/// Ends the connections of devices that were revoked while they were connected, by whichever process: the store is the one
/// place that all of them see, and it is asked once for the whole server.
struct RevocationWatch: Service {
    let store: any Store
    let devices: ConnectedDevices
    let logger: Logger

    /// Whoever revokes a stolen device expects it to be gone when they look again. The question costs a millisecond.
    private static let interval = Duration.seconds(2)

    func run() async throws {
        try await repeatUntilShutdown("revocation", every: Self.interval, logger: logger) {
            for device in try await store.revokedDevices() {
                for place in devices.connections(of: device) {
                    place.desk.end(place.connection, with: WireError(.deviceRevoked, "device \(device) was revoked"))
                }
            }
        }
    }
}
