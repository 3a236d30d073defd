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
/// A sync costs the same for one block as for a hundred. While one batch is being synced the next gathers, so that the
/// batches grow with the load by themselves and nobody waits for a timer. Any thread submits, without waiting; one task
/// runs ``run()``.
///
/// The changes of one recording are committed in the order of their submission. A recording that raises an alert goes
/// before all others that wait: however much comes in, an alert waits for the batch under way and for no more.
public final class GroupCommitter: Sendable {
    /// Bounds of the queue and of a batch, and how stubbornly a failing commit is repeated.
    public struct Limits: Sendable {
        /// Changes and bytes that may wait: a few seconds of a thousand devices. Beyond it ``submit(_:tag:to:)``
        /// refuses, and the server stops reading.
        public var queuedChanges = 16_384
        public var queuedBytes = 64 << 20
        /// One transaction: large enough that the sync does not matter, small enough that the first of the batch need not
        /// wait long for the last.
        public var batchChanges = 1_024
        public var batchBytes = 8 << 20
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
        public var duration: Duration
        /// 1 if the first attempt succeeded.
        public var attempts: Int
        public var isCommitted: Bool
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
        /// The running task while there is nothing to do.
        var sleeper: CheckedContinuation<Void, Never>?

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
    /// been read by then must still find room.
    public var isCongested: Bool {
        state.withLock {
            $0.queue.count > limits.queuedChanges / Self.congestedShare
                || $0.bytes > limits.queuedBytes / Self.congestedShare
        }
    }
    private static let congestedShare = 4

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
            if change.raisesAlerts { state.bringForward(change.recording) }
            defer { state.sleeper = nil }
            return (true, state.sleeper)
        }
        sleeper?.resume()
        return isQueued
    }

    /// Lets ``run()`` return once everything queued is committed; nothing more is accepted.
    public func finish() {
        let sleeper = state.withLock { state in
            state.isFinishing = true
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// Commits batches until ``finish()`` was called and the queue is empty. To be called once.
    ///
    /// Cancelling the task gives up instead: whatever still waits fails with `CancellationError`, which this throws.
    public func run() async throws {
        try await withTaskCancellationHandler {
            while true {
                if Task.isCancelled {
                    abandonQueue()
                    throw CancellationError()
                }
                if let batch = nextBatch() {
                    await commit(batch)
                } else if await !sleep() {
                    return
                }
            }
        } onCancel: {
            finish()
        }
    }

    // MARK: The running task

    /// Waits for work. False if there will be none.
    private func sleep() async -> Bool {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                guard state.queue.isEmpty, !state.isFinishing else { return false }
                precondition(state.sleeper == nil, "a group committer runs once")
                state.sleeper = continuation
                return true
            }
            if !isIdle { continuation.resume() }
        }
        return state.withLock { !($0.isFinishing && $0.queue.isEmpty) }
    }

    private func nextBatch() -> [Entry]? {
        state.withLock { state in
            var bytes = 0
            var count = 0
            for entry in state.queue.prefix(limits.batchChanges) {
                guard count == 0 || bytes + entry.bytes <= limits.batchBytes else { break }
                bytes += entry.bytes
                count += 1
            }
            guard count > 0 else { return nil }
            defer {
                state.queue.removeFirst(count)
                state.bytes -= bytes
            }
            return Array(state.queue.prefix(count))
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
                report(batch, since: start, attempts: attempt, isCommitted: true)
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
            report(batch, since: start, attempts: attempt, isCommitted: false)
            fail(batch, with: failure)
            return
        }
    }

    private func report(_ batch: [Entry], since start: ContinuousClock.Instant, attempts: Int, isCommitted: Bool) {
        observe(
            Batch(
                changes: batch.count, bytes: batch.reduce(0) { $0 + $1.bytes }, duration: .now - start,
                attempts: attempts, isCommitted: isCommitted))
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
