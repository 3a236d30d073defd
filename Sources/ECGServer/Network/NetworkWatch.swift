import ECGStore
import Logging
import ServiceLifecycle

/// Notes that connected devices are in touch, which would otherwise be known only from when they connected, and counts those
/// that are silent.
struct NetworkWatch: Service {
    let view: NetworkView
    let devices: ConnectedDevices
    let metrics: ServerMetrics
    let logger: Logger

    /// Silence counts in hours; one transaction a minute for all devices is nothing.
    private static let interval = Duration.seconds(60)

    func run() async throws {
        try await repeatUntilShutdown("network watch", every: Self.interval, logger: logger) {
            let time = view.now()
            try await view.store.touchDevices(devices.names, at: time)
            let count = try await view.count(at: time)
            metrics.record(devices: count.devices, silent: count.silent)
        }
    }
}
