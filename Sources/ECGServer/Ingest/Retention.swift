import ECGModel
import ECGStore
import Logging
import ServiceLifecycle

/// Drops waveforms that are older than the site keeps them.
struct Retention: Service {
    let store: any Store
    /// Whole days to keep; nil keeps everything.
    let days: Int?
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// Days are dropped whole, so looking once an hour is often enough.
    private static let interval = Duration.seconds(3600)

    func run() async throws {
        try await repeatUntilShutdown("retention", every: Self.interval, logger: logger) {
            guard let days else { return }
            let dropped = try await store.dropWaveforms(before: now() - .days(days))
            for day in dropped { logger.notice("waveforms dropped", metadata: ["day": "\(day)"]) }
        }
    }
}
