import ECGModel
import ECGStore
import Logging
import ServiceLifecycle

/// Keeps the metrics of the alert queue: how many alerts were raised, how many wait and for how long.
struct QueueWatch: Service {
    let store: any Store
    let feed: AlertFeed
    let metrics: ServerMetrics
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// The queue's age is counted in minutes; whoever scrapes asks every 15 seconds or so.
    private static let interval = Duration.seconds(5)

    func run() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await countRaised() }
            group.addTask { try await watchQueue() }
            try await group.waitForAll()
        }
    }

    private func countRaised() async {
        await cancelWhenGracefulShutdown {
            for await event in await feed.subscribe(after: nil) where event.kind == .raised {
                metrics.alertRaised(event.priority)
            }
        }
    }

    private func watchQueue() async throws {
        try await repeatUntilShutdown("queue metrics", every: Self.interval, logger: logger) {
            metrics.record(try await store.queueStatus(), at: now())
            metrics.record(storeTransactions: store.transactionCount)
        }
    }
}
