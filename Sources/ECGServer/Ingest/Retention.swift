import ECGModel
import ECGStore
import Logging
import ServiceLifecycle
import Synchronization

/// Drops waveforms that are older than the site keeps them, and of which nobody has still to answer for an alert or a critical
/// value.
struct Retention: Service {
    let store: any Store
    /// Whole days to keep; nil keeps everything.
    let days: Int?
    let now: @Sendable () -> Timestamp
    let uptime: @Sendable () -> Duration
    let metrics: ServerMetrics
    let logger: Logger

    /// Days are dropped whole, so looking once an hour is often enough; and a day an hour leaves time to notice that the clock
    /// is wrong.
    private static let interval = Duration.seconds(3600)

    func run() async throws {
        guard let days else { return try await gracefulShutdown() }
        let plan = Mutex(RetentionPlan(days: days))
        try await repeatUntilShutdown("retention", every: Self.interval, logger: logger) {
            let kept = try await store.waveformDays(at: now())
            let (due, awaited) = plan.withLock { plan in
                (plan.due(among: kept, at: now(), uptime: uptime()), plan.awaited(among: kept, at: now()))
            }
            metrics.record(waveformDaysAwaited: awaited.count)
            for day in awaited {
                logger.warning(
                    "waveforms are kept beyond their time: an alert of that day, or a critical value, is still open",
                    metadata: ["day": "\(day)"])
            }
            let dropped = try await store.dropWaveforms(of: due)
            for day in dropped { logger.notice("waveforms dropped", metadata: ["day": "\(day)"]) }
        }
    }
}

/// Which days' waveforms have come of age. A value without clock or I/O.
///
/// By a clock that is ahead everything is old. So the newest days go one a look, as they come of age one a day, and all at once
/// goes only what lies before as many days of recordings as the site keeps. By a clock that was behind, what is new has an old
/// name. So a day that is known to have been in use later than its name says is as old as that; and one in which this
/// process has seen a recording opened stays until the process has been up for as long as the site keeps waveforms.
struct RetentionPlan: Sendable {
    private struct Use: Sendable {
        var lastOpening: Int64
        /// Nil where it was in use before the first look only.
        var seenAt: Duration?
    }

    /// Whole days to keep.
    let days: Int
    private var uses: [String: Use]?

    init(days: Int) { self.days = days }

    /// The days that are old enough, and kept since somebody has still to answer for what is in them.
    func awaited(among kept: [WaveformDayUse], at now: Timestamp) -> [String] {
        kept.filter { $0.isAwaited && $0.usedUntil < limit(at: now) }.map(\.name)
    }

    /// What was in use on this day or later is kept.
    private func limit(at now: Timestamp) -> String { (now - .days(days)).day }

    /// The days to drop now.
    mutating func due(among kept: [WaveformDayUse], at now: Timestamp, uptime: Duration) -> [String] {
        let known = uses
        var uses: [String: Use] = [:]
        for day in kept {
            var use = Use(lastOpening: day.lastOpening)
            if let known {
                let before = known[day.name]
                use.seenAt = before?.lastOpening == day.lastOpening ? before?.seenAt : uptime
            }
            uses[day.name] = use
        }
        self.uses = uses
        let limit = limit(at: now)
        let closed = kept.filter { !$0.isOpen && !$0.isAwaited }
        let old = closed.filter { day in
            let isFresh = uses[day.name]?.seenAt.map { uptime - $0 < .days(days) } ?? false
            return day.usedUntil < limit && !isFresh
        }
        return old.prefix(max(1, closed.count - days)).map(\.name)
    }
}
