import ECGModel
import ECGStore

/// Writes down what of which patients was shown to whom, for all who are shown something at the same time in one transaction.
///
/// Whoever is to be shown something waits until it is written. What was written within ``interval`` is remembered, so that
/// a list, or a page of an ECG that is being taken, which shows the same again every few seconds costs nothing and buries
/// nobody else's look.
actor ShownPatients {
    /// That somebody was shown the same of a patient is written down once in this time.
    static let interval = Duration.hours(1)

    private struct Showing: Hashable {
        var actor: String
        var action: String
        var subject: String
    }

    private let store: any Store
    private let now: @Sendable () -> Timestamp
    private var written: [Showing: Timestamp] = [:]
    private var waiting: [(showings: [Showing], continuation: CheckedContinuation<Void, any Error>)] = []
    private var isWriting = false

    init(store: any Store, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    func note(_ looks: some Sequence<(action: String, subject: String)>, to actor: String) async throws {
        let time = now()
        let fresh = Set(looks.map { Showing(actor: actor, action: $0.action, subject: $0.subject) })
            // By a clock that was set back since, the next one would be hours away.
            .filter { written[$0].map { time - $0 > Self.interval || $0 > time } ?? true }
        guard !fresh.isEmpty else { return }
        try await withCheckedThrowingContinuation { continuation in
            waiting.append((Array(fresh), continuation))
            guard !isWriting else { return }
            isWriting = true
            Task { await self.write() }
        }
    }

    private func write() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            let time = now()
            let showings = Set(batch.flatMap(\.showings))
            do {
                try await store.appendAudit(
                    showings.map { AuditEntry(at: time, actor: $0.actor, action: $0.action, subject: $0.subject) },
                    unlessSince: time - Self.interval)
                if written.count + showings.count > HTTPLimits.rememberedShowings {
                    written.removeAll(keepingCapacity: true)
                }
                for showing in showings { written[showing] = time }
                for waiter in batch { waiter.continuation.resume() }
            } catch {
                for waiter in batch { waiter.continuation.resume(throwing: error) }
            }
        }
        isWriting = false
    }
}
