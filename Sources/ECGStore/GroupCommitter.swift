public import ECGModel
import Synchronization

/// Takes back what became of the changes it submitted.
public protocol CommitReceiver: AnyObject, Sendable {
    /// The results of one batch, each recording's in the order of submission; called from the committer's task and must not block it.
    func committed(_ results: [(tag: UInt64, result: IngestResult)])
    /// Nothing is promised of these changes; the device sends them again.
    func commitFailed(_ tags: [UInt64], error: any Error)
}

/// Gathers the changes of all connections into one durable transaction at a time.
///
/// A transaction and its sync cost about the same for one block as for a hundred, so batches are begun no more often than
/// ``Limits/gathering`` says; the first change after a quiet while goes at once. Any thread submits, without waiting; one
/// task runs ``run()``.
///
/// The changes of one recording are committed in the order of their submission. A recording that raises an alert goes
/// before all others that wait, and at once: however much comes in, an alert waits for the batch under way and for no
/// more.
public final class GroupCommitter: Sendable {
    /// Bounds of the queue and of a batch, and how stubbornly a failing commit is repeated.
    public struct Limits: Hashable, Sendable {
        /// Changes and bytes that may wait: a few seconds of a thousand devices. Beyond it ``submit(_:tag:to:)``
        /// refuses, and the server stops reading.
        public var queuedChanges = 16_384
        public var queuedBytes = 64 << 20
        /// One transaction: all that ten thousand devices send while one gathers, and small enough, some 15 ms, that an alert need
        /// not wait long for the batch under way.
        public var batchChanges = 1024
        /// The transaction of an alert, but for what its recordings have waiting before it: what else waits is taken along
        /// only as far as it does not make it longer than its syncs.
        public var alertBatchChanges = 32
        public var batchBytes = 8 << 20
        /// From the beginning of one batch to that of the next, unless an alert waits or a batch is full. Without it 2,500
        /// devices caused 350 transactions a second, a third of the server's work; with it they cause 16. A device
        /// waits for its acknowledgement anyway, and a tenth of a second is little beside its link's round trip.
        public var gathering = Duration.milliseconds(100)
        /// A lock held by another process or a disk cleaned up in time is worth a second; longer outages are the
        /// device's to bridge.
        public var attempts = 5
        public var firstBackoff = Duration.milliseconds(50)

        public init() {}
    }

    /// What one batch cost, for metrics.
    public struct Batch: Sendable {
        public var changes: Int
        public var bytes: Int
        /// Whether alerts were raised with it, or made worse.
        public var raisesAlerts: Bool
        public var duration: Duration
        /// 1 if the first attempt succeeded.
        public var attempts: Int
        /// Why it was given up, in words that a log may hold; nil once it is committed.
        public var failure: String?
        public var isCommitted: Bool { failure == nil }
    }

    private struct Entry: Sendable {
        var change: IngestChange
        var tag: UInt64
        var receiver: any CommitReceiver
        var bytes: Int
    }

    private struct State {
        var queue: [Entry] = []
        var bytes = 0
        var isFinishing = false
        /// Whether something waits that is not to wait for the rest of a batch.
        var alertWaits = false
        /// The running task while it waits, and whether it does so only for the time to pass.
        var sleeper: CheckedContinuation<Void, Never>?
        var isGathering = false

        func hurries(_ limits: Limits) -> Bool {
            isFinishing || alertWaits || queue.count >= limits.batchChanges || bytes >= limits.batchBytes
        }

        /// Takes the running task out of its sleep, if it is to go on now.
        mutating func wake(_ limits: Limits) -> CheckedContinuation<Void, Never>? {
            guard !isGathering || hurries(limits) else { return nil }
            defer { sleeper = nil }
            return sleeper
        }

        /// How many changes the next batch may have.
        func batchChanges(_ limits: Limits) -> Int {
            guard alertWaits, let last = queue.lastIndex(where: { $0.change.raisesAlerts }) else {
                return limits.batchChanges
            }
            return min(limits.batchChanges, max(limits.alertBatchChanges, last + 1))
        }

        /// Puts everything that waits of a recording, in its order, before everything else.
        mutating func bringForward(_ recording: RecordingID) {
            let others = queue.filter { $0.change.recording != recording }
            queue = queue.filter { $0.change.recording == recording } + others
        }
    }

    private let store: any Store
    private let limits: Limits
    private let now: @Sendable () -> Timestamp
    private let observe: @Sendable (Batch) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - now: the clock that commits are stamped with.
    ///   - observe: told of every batch, from the committer's task.
    public init(
        store: any Store, limits: Limits = Limits(), now: @escaping @Sendable () -> Timestamp,
        observe: @escaping @Sendable (Batch) -> Void = { _ in }
    ) {
        precondition(limits.batchChanges > 0 && limits.attempts > 0, "a batch holds a change and is tried once")
        self.store = store
        self.limits = limits
        self.now = now
        self.observe = observe
    }

    /// Changes that wait for their transaction.
    public var queueDepth: Int { state.withLock { $0.queue.count } }
    public var queuedBytes: Int { state.withLock { $0.bytes } }

    /// Whether so much waits that nothing more should be read from the network: well before the bounds, since what has
    /// been read by then must still find room. What is urgent may come in for longer.
    public func isCongested(forUrgent isUrgent: Bool = false) -> Bool {
        let share = isUrgent ? Self.urgentShare : Self.usualShare
        return state.withLock {
            $0.queue.count > limits.queuedChanges / share || $0.bytes > limits.queuedBytes / share
        }
    }
    /// A quarter and a half of the bounds.
    private static let usualShare = 4
    private static let urgentShare = 2

    /// Queues a change and returns at once. False when the queue is at its bound or the committer is finishing: nothing
    /// was queued and the receiver hears nothing.
    public func submit(_ change: IngestChange, tag: UInt64, to receiver: any CommitReceiver) -> Bool {
        let bytes = Self.bytes(of: change)
        let (isQueued, sleeper) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isFinishing, state.queue.count < limits.queuedChanges,
                state.bytes + bytes <= limits.queuedBytes
            else { return (false, nil) }
            state.queue.append(Entry(change: change, tag: tag, receiver: receiver, bytes: bytes))
            state.bytes += bytes
            if change.raisesAlerts {
                state.bringForward(change.recording)
                state.alertWaits = true
            }
            return (true, state.wake(limits))
        }
        sleeper?.resume()
        return isQueued
    }

    /// Lets ``run()`` return once everything queued is committed; nothing more is accepted.
    public func finish() {
        let sleeper = state.withLock { state in
            state.isFinishing = true
            return state.wake(limits)
        }
        sleeper?.resume()
    }

    /// Commits batches until ``finish()`` was called and the queue is empty. To be called once.
    ///
    /// Cancelling the task gives up instead: whatever still waits fails with `CancellationError`, which this throws.
    public func run() async throws {
        try await withTaskCancellationHandler {
            var due = ContinuousClock.now
            while true {
                await sleep { $0.queue.isEmpty && !$0.isFinishing }
                await gather(until: due)
                if Task.isCancelled {
                    abandonQueue()
                    throw CancellationError()
                }
                guard let batch = nextBatch() else { return }
                due = .now + limits.gathering
                await commit(batch)
            }
        } onCancel: {
            finish()
        }
    }

    // MARK: The running task

    /// Waits as long as the state gives reason to.
    private func sleep(while isIdle: (State) -> Bool) async {
        while state.withLock({ isIdle($0) }) {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard isIdle(state) else { return true }
                    precondition(state.sleeper == nil, "a group committer runs once")
                    state.sleeper = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        }
    }

    /// Lets a batch grow until it is due.
    private func gather(until due: ContinuousClock.Instant) async {
        guard ContinuousClock.now < due, state.withLock({ !$0.hurries(limits) }) else { return }
        state.withLock { $0.isGathering = true }
        let alarm = Task {
            // Cancelled when the batch has gone without it.
            guard (try? await Task.sleep(until: due)) != nil else { return }
            endGathering()
        }
        await sleep { $0.isGathering && !$0.hurries(limits) }
        alarm.cancel()
        endGathering()
    }

    private func endGathering() {
        let sleeper = state.withLock { state in
            state.isGathering = false
            return state.wake(limits)
        }
        sleeper?.resume()
    }

    private func nextBatch() -> [Entry]? {
        state.withLock { state in
            var bytes = 0
            var count = 0
            for entry in state.queue.prefix(state.batchChanges(limits)) {
                guard count == 0 || bytes + entry.bytes <= limits.batchBytes else { break }
                bytes += entry.bytes
                count += 1
            }
            guard count > 0 else { return nil }
            let batch = Array(state.queue.prefix(count))
            state.queue.removeFirst(count)
            state.bytes -= bytes
            if state.alertWaits { state.alertWaits = state.queue.contains { $0.change.raisesAlerts } }
            return batch
        }
    }

    private func commit(_ batch: [Entry]) async {
        let changes = batch.map(\.change)
        let start = ContinuousClock.now
        var attempt = 1
        var backoff = limits.firstBackoff
        while true {
            let failure: any Error
            do {
                let results = try await store.commit(changes, at: now())
                report(batch, since: start, attempts: attempt, failure: nil)
                deliver(results, of: batch)
                return
            } catch {
                failure = error
            }
            // Neither a closed store nor a cancelled task comes back.
            let isFinal = failure as? StoreError == .closed || Task.isCancelled || attempt == limits.attempts
            if !isFinal {
                do {
                    try await Task.sleep(for: backoff)
                    attempt += 1
                    backoff *= 2
                    continue
                } catch {
                    // Cancelled while waiting: the commit's own error is what the receivers are told.
                }
            }
            report(batch, since: start, attempts: attempt, failure: failure)
            fail(batch, with: failure)
            return
        }
    }

    private func report(
        _ batch: [Entry], since start: ContinuousClock.Instant, attempts: Int, failure: (any Error)?
    ) {
        observe(
            Batch(
                changes: batch.count, bytes: batch.reduce(0) { $0 + $1.bytes },
                raisesAlerts: batch.contains { $0.change.raisesAlerts }, duration: .now - start, attempts: attempts,
                failure: failure.map(StoreError.words)))
    }

    private func deliver(_ results: [IngestResult], of batch: [Entry]) {
        precondition(results.count == batch.count, "a store answers every change")
        for (receiver, positions) in Self.byReceiver(batch) {
            receiver.committed(positions.map { (tag: batch[$0].tag, result: results[$0]) })
        }
    }

    private func fail(_ batch: [Entry], with error: any Error) {
        for (receiver, positions) in Self.byReceiver(batch) {
            receiver.commitFailed(positions.map { batch[$0].tag }, error: error)
        }
    }

    private func abandonQueue() {
        let waiting = state.withLock { state in
            defer {
                state.queue = []
                state.bytes = 0
            }
            return state.queue
        }
        fail(waiting, with: CancellationError())
    }

    /// Positions of each receiver's changes, in the order of submission.
    private static func byReceiver(_ batch: [Entry]) -> [(receiver: any CommitReceiver, positions: [Int])] {
        var groups: [(receiver: any CommitReceiver, positions: [Int])] = []
        var indexes: [ObjectIdentifier: Int] = [:]
        for (position, entry) in batch.enumerated() {
            let identifier = ObjectIdentifier(entry.receiver)
            if let index = indexes[identifier] {
                groups[index].positions.append(position)
            } else {
                indexes[identifier] = groups.count
                groups.append((entry.receiver, [position]))
            }
        }
        return groups
    }

    /// What a queued change holds in memory besides its payload, roughly; a machine reading of twelve leads encodes to a
    /// few kilobytes.
    private static let bytesOfBlockOverhead = 128
    private static let bytesOfReading = 8 << 10

    private static func bytes(of change: IngestChange) -> Int {
        switch change {
        case .block(_, let block, _): bytesOfBlockOverhead + block.payload.count
        case .close, .reading: bytesOfReading
        }
    }
}
