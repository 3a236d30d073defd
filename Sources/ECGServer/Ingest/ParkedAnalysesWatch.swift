import Logging
import ServiceLifecycle

/// Lets go of the analysers that nobody came back for, whatever becomes of the store meanwhile.
struct ParkedAnalysesWatch: Service {
    let parked: ParkedAnalyses
    let uptime: @Sendable () -> Duration
    let logger: Logger

    /// A fraction of the time for which they are kept.
    private static let interval = Duration.seconds(5)

    func run() async throws {
        try await repeatUntilShutdown("parked analyses", every: Self.interval, logger: logger) {
            parked.expire(uptime: uptime())
        }
    }
}
