import ECGModel
import ECGStore
import Logging
import ServiceLifecycle

/// Drops waveforms that are older than the site keeps them.
///
/// By a clock that has jumped ahead everything is old. So the newest days go one a run, as they come of age one a day, and
/// all at once goes only what lies before as many days of recordings as the site keeps.
struct Retention: Service {
    let store: any Store
    /// Whole days to keep; nil keeps everything.
    let days: Int?
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// Days are dropped whole, so looking once an hour is often enough; and a day an hour leaves time to notice that the clock
    /// is wrong.
    private static let interval = Duration.seconds(3600)

    func run() async throws {
        try await repeatUntilShutdown("retention", every: Self.interval, logger: logger) {
            guard let days else { return }
            let limit = now() - .days(days)
            let dropped = try await store.dropWaveforms(before: try await end(of: days, before: limit))
            for day in dropped { logger.notice("waveforms dropped", metadata: ["day": "\(day)"]) }
        }
    }

    /// Where to stop dropping this time.
    private func end(of days: Int, before limit: Timestamp) async throws -> Timestamp {
        let kept = try await store.waveformDays()
        let due = kept.filter { $0 < limit.day }.prefix(max(1, kept.count - days))
        guard let last = due.last, let midnight = Timestamp("\(last)T00:00:00Z") else { return limit }
        return midnight + .days(1)
    }
}
