import ECGModel
import ECGStore
import Logging
import ServiceLifecycle

/// Notes that connected devices are in touch: their connections say so only when they begin.
struct ContactWatch: Service {
    let store: any Store
    let devices: ConnectedDevices
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// Silence counts in hours; one transaction a minute for all devices is nothing.
    private static let interval = Duration.seconds(60)

    func run() async throws {
        try await repeatUntilShutdown("contact watch", every: Self.interval, logger: logger) {
            try await store.touchDevices(devices.names, at: now())
        }
    }
}
