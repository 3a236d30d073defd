public import ECGModel
public import ECGStore
public import Logging
public import ServiceLifecycle

/// The events of all alerts, live, for any number of readers: browsers' event streams and the devices' connections.
///
/// The store is the only truth: the feed reads what was committed after the last event it knows, at a poke from this
/// process's own commits or at the next poll (other servers, the command line), and keeps the newest events in memory for
/// those who listen. A reader is nothing but the sequence of the last event it has had; it asks for what comes after.
/// So nothing is missed and nothing comes twice, however readers come and go, and a slow reader costs no memory: what
/// the feed no longer keeps is read from the store.
public actor AlertFeed: Service {
    /// How long an event of another process may go unnoticed: the time a person needs to look up.
    public static let pollInterval = Duration.seconds(1)
    /// Events that come within this time go out together: readers are woken twenty times a second at most, and nobody
    /// sees the difference.
    private static let gatherInterval = Duration.milliseconds(50)

    private let store: any Store
    private let logger: Logger
    private let pollInterval: Duration
    private let recentLimit: Int
    private let pokes: AsyncStream<Void>
    private let poker: AsyncStream<Void>.Continuation

    /// The sequence of the newest event the feed knows; nil before it has looked.
    private var newest: Int64?
    /// All events after `recentAfter` up to `newest`, in order.
    private var recent: [AlertEvent] = []
    private var recentAfter: Int64 = 0
    private var isStopped = false
    private var waiting: [UInt64: Waiter] = [:]
    private var nextWaiter: UInt64 = 0

    private struct Waiter {
        var deadline: ContinuousClock.Instant?
        var continuation: CheckedContinuation<Void, Never>
    }

    public init(
        store: any Store, logger: Logger, pollInterval: Duration = AlertFeed.pollInterval,
        recentLimit: Int = HTTPLimits.recentEvents
    ) {
        self.store = store
        self.logger = logger
        self.pollInterval = pollInterval
        self.recentLimit = recentLimit
        (pokes, poker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Following the store

    /// Says that events may have been committed. From any thread; pokes that come together count as one.
    public nonisolated func poke() { poker.yield() }

    /// Follows the store until the task is cancelled or the server shuts down; then all readers end.
    public func run() async throws {
        let poller = Task { [poker, pollInterval] in
            while !Task.isCancelled {
                try await Task.sleep(for: pollInterval)
                poker.yield()
            }
        }
        defer {
            poller.cancel()
            stop()
        }
        await catchUp()
        await cancelWhenGracefulShutdown { [pokes] in
            for await _ in pokes {
                await self.catchUp()
                // Cancelled only at the end, when no more pokes come either.
                try? await Task.sleep(for: Self.gatherInterval)
            }
        }
    }

    private func catchUp() async {
        do {
            var known = if let newest { newest } else { try await store.latestAlertEvent() }
            if newest == nil {
                newest = known
                recentAfter = known
                wake { _ in true }
            }
            while true {
                let page = try await store.alertEvents(after: known, limit: HTTPLimits.eventPage)
                guard let last = page.last else { break }
                precondition(
                    page[0].sequence > known && zip(page, page.dropFirst()).allSatisfy { $0.sequence < $1.sequence },
                    "events come in the order of their sequence")
                append(page)
                known = last.sequence
                wake { _ in true }
            }
        } catch is CancellationError {
            return
        } catch {
            // The store may be back at the next poll; until then readers wait.
            logger.error("the alert feed cannot read the store", metadata: ["error": "\(error)"])
        }
        let now = ContinuousClock.now
        wake { waiter in waiter.deadline.map { $0 <= now } ?? false }
    }

    private func append(_ page: [AlertEvent]) {
        recent += page
        newest = page.last?.sequence
        let excess = recent.count - recentLimit
        guard excess > 0 else { return }
        recentAfter = recent[excess - 1].sequence
        recent.removeFirst(excess)
    }

    private func stop() {
        isStopped = true
        wake { _ in true }
    }

    private func wake(where isDue: (Waiter) -> Bool) {
        for (id, waiter) in waiting where isDue(waiter) {
            waiting[id] = nil
            waiter.continuation.resume()
        }
    }

    // MARK: Reading

    /// All events after `sequence` as they come, or, when it is nil, all from now on.
    ///
    /// The sequence ends when its task is cancelled and when the feed stops. While the store fails it waits.
    public func subscribe(after sequence: Int64?) async -> AlertSubscription {
        if sequence == nil {
            // "From now on" needs to know what is now.
            while newest == nil, !isStopped, !Task.isCancelled { await wait(until: nil) }
        }
        return AlertSubscription(feed: self, cursor: sequence ?? newest ?? 0)
    }

    /// The next events after `sequence`, oldest first, at most ``HTTPLimits/eventPage``. Waits for them up to `duration` (and then
    /// up to the next poll), returns none if none came, and nil when the feed has stopped or the task is cancelled.
    public func events(after sequence: Int64, waiting duration: Duration?) async -> [AlertEvent]? {
        let deadline = duration.map { ContinuousClock.now + $0 }
        while !isStopped, !Task.isCancelled {
            if let newest, sequence < newest {
                if sequence >= recentAfter {
                    return Array(recent[firstRecent(after: sequence)...].prefix(HTTPLimits.eventPage))
                }
                if let page = await storedEvents(after: sequence) { return page }
                await wait(until: .now + pollInterval)
            } else {
                if let deadline, deadline <= .now { return [] }
                await wait(until: deadline)
            }
        }
        return nil
    }

    /// By halving: two hundred readers ask some dozens of times a second.
    private func firstRecent(after sequence: Int64) -> Int {
        var range = recent.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if recent[middle].sequence > sequence {
                range = range.lowerBound..<middle
            } else {
                range = (middle + 1)..<range.upperBound
            }
        }
        return range.lowerBound
    }

    private func storedEvents(after sequence: Int64) async -> [AlertEvent]? {
        do {
            return try await store.alertEvents(after: sequence, limit: HTTPLimits.eventPage)
        } catch {
            logger.error("the alert feed cannot read the store", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Waits until something has changed, `deadline` has passed, or the task is cancelled.
    private func wait(until deadline: ContinuousClock.Instant?) async {
        let id = nextWaiter
        nextWaiter += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume()
                } else {
                    waiting[id] = Waiter(deadline: deadline, continuation: continuation)
                }
            }
        } onCancel: {
            Task { await self.cancelWait(id) }
        }
    }

    private func cancelWait(_ id: UInt64) {
        waiting.removeValue(forKey: id)?.continuation.resume()
    }
}
