import ECGModel
import ECGStore

/// Writes down whose patients were shown to whom, for all who are shown something at the same time in one transaction.
///
/// Whoever is to be shown something waits until it is written. What was written within ``interval`` is remembered, so that
/// a list which shows the same patients again costs nothing.
actor ShownPatients {
    /// That somebody was shown the same patient in a list is written down once in this time.
    static let interval = Duration.hours(1)

    private struct Showing: Hashable {
        var actor: String
        var recording: RecordingID
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

    func note(_ recordings: some Sequence<RecordingID>, to actor: String) async throws {
        let earliest = now() - Self.interval
        let fresh = Set(recordings).map { Showing(actor: actor, recording: $0) }
            .filter { written[$0].map { $0 < earliest } ?? true }
        guard !fresh.isEmpty else { return }
        try await withCheckedThrowingContinuation { continuation in
            waiting.append((fresh, continuation))
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
                    showings.map {
                        AuditEntry(at: time, actor: $0.actor, action: "patient.list", subject: $0.recording.description)
                    }, unlessSince: time - Self.interval)
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
