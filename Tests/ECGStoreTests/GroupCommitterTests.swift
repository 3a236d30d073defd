import ECGModel
import ECGStore
import GRDB
import Synchronization
import Testing

/// Remembers what it is told, in order.
final class RecordingReceiver: CommitReceiver {
    struct State {
        var calls = 0
        var results: [(tag: UInt64, result: IngestResult)] = []
        var failed: [UInt64] = []
    }
    let state = Mutex(State())

    func committed(_ results: [(tag: UInt64, result: IngestResult)]) {
        state.withLock {
            $0.calls += 1
            $0.results += results
        }
    }
    func commitFailed(_ tags: [UInt64], error: any Error) { state.withLock { $0.failed += tags } }
}

@Suite struct GroupCommitterTests {
    let directory = StoreDirectory()

    @Test func whatWasQueuedIsCommittedInOrderBeforeItReturns() async throws {
        let store = try directory.open()
        let ids = [try await store.openTestRecording(1), try await store.openTestRecording(2)]
        let batches = Mutex<[Int]>([])
        var limits = GroupCommitter.Limits()
        limits.batchChanges = 30
        let committer = GroupCommitter(
            store: store, limits: limits, now: { TestValues.start },
            observe: { batch in batches.withLock { $0.append(batch.changes) } })
        let receivers = [RecordingReceiver(), RecordingReceiver()]
        for number in 0..<50 {
            for (id, receiver) in zip(ids, receivers) {
                let block = TestValues.block(number * 10..<number * 10 + 10)
                #expect(committer.submit(.block(id, block, raising: []), tag: UInt64(number), to: receiver))
            }
        }
        committer.finish()
        #expect(!committer.submit(.block(ids[0], TestValues.block(0..<1), raising: []), tag: 0, to: receivers[0]))
        try await committer.run()
        #expect(batches.withLock { $0 } == [30, 30, 30, 10])
        #expect(committer.queueDepth == 0 && committer.queuedBytes == 0)
        for receiver in receivers {
            receiver.state.withLock { state in
                #expect(state.calls == 4, "one call a batch")
                #expect(state.results.map(\.tag) == Array(0..<50))
                #expect(state.results.map(\.result) == (1...50).map { .stored(upTo: $0 * 10) })
            }
        }
    }

    /// The batch that is filling takes the alert, and the blocks before it, although a hundred others came first.
    @Test func aRecordingThatRaisesAnAlertGoesBeforeAllOthers() async throws {
        let store = try directory.open()
        let ids = [try await store.openTestRecording(1), try await store.openTestRecording(2)]
        var limits = GroupCommitter.Limits()
        limits.batchChanges = 2
        limits.queuedChanges = 16
        let committer = GroupCommitter(store: store, limits: limits, now: { TestValues.start })
        let receiver = RecordingReceiver()
        for number in 0..<5 {
            let block = TestValues.block(number * 10..<number * 10 + 10)
            #expect(!committer.isCongested())
            #expect(committer.submit(.block(ids[0], block, raising: []), tag: UInt64(number), to: receiver))
        }
        #expect(committer.isCongested())
        for (tag, proposals) in [(10, []), (11, [TestValues.proposal()])] as [(UInt64, [AlertProposal])] {
            let block = TestValues.block(Int(tag - 10) * 10..<Int(tag - 10) * 10 + 10)
            #expect(committer.submit(.block(ids[1], block, raising: proposals), tag: tag, to: receiver))
        }
        committer.finish()
        try await committer.run()
        #expect(receiver.state.withLock { $0.results.map(\.tag) } == [10, 11, 0, 1, 2, 3, 4])
        #expect(
            receiver.state.withLock { $0.results.map(\.result) }
                == [10, 20, 10, 20, 30, 40, 50].map { IngestResult.stored(upTo: $0) })
    }

    /// The first goes at once; what follows gathers for an hour, but for an alert.
    @Test func changesGatherUntilAnAlertComes() async throws {
        let store = try directory.open()
        let ids = [try await store.openTestRecording(1), try await store.openTestRecording(2)]
        var limits = GroupCommitter.Limits()
        limits.gathering = .seconds(3600)
        let (batches, told) = AsyncStream.makeStream(of: GroupCommitter.Batch.self)
        let committer = GroupCommitter(
            store: store, limits: limits, now: { TestValues.start }, observe: { told.yield($0) })
        let receiver = RecordingReceiver()
        async let running: Void = committer.run()
        var iterator = batches.makeAsyncIterator()
        for number in 0..<10 {
            let block = TestValues.block(number * 10..<number * 10 + 10)
            #expect(committer.submit(.block(ids[0], block, raising: []), tag: UInt64(number), to: receiver))
            if number == 0 { #expect(await iterator.next()?.changes == 1) }
        }
        let alarming = IngestChange.block(ids[1], TestValues.block(0..<10), raising: [TestValues.proposal()])
        #expect(committer.submit(alarming, tag: 10, to: receiver))
        #expect(await iterator.next()?.changes == 10)
        committer.finish()
        try await running
        #expect(receiver.state.withLock { $0.results.map(\.tag) } == [0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }

    /// However much waits, an alert's transaction is not made long by it.
    @Test func theBatchOfAnAlertIsShort() async throws {
        let store = try directory.open()
        let ids = [try await store.openTestRecording(1), try await store.openTestRecording(2)]
        let limits = GroupCommitter.Limits()
        let batches = Mutex<[GroupCommitter.Batch]>([])
        let committer = GroupCommitter(
            store: store, limits: limits, now: { TestValues.start },
            observe: { batch in batches.withLock { $0.append(batch) } })
        let receiver = RecordingReceiver()
        for number in 0..<100 {
            let block = TestValues.block(number * 10..<number * 10 + 10)
            #expect(committer.submit(.block(ids[0], block, raising: []), tag: UInt64(number), to: receiver))
        }
        let alarming = IngestChange.block(ids[1], TestValues.block(0..<10), raising: [TestValues.proposal()])
        #expect(committer.submit(alarming, tag: 100, to: receiver))
        committer.finish()
        try await committer.run()
        let done = batches.withLock { $0 }
        #expect(done.map(\.changes) == [limits.alertBatchChanges, 101 - limits.alertBatchChanges])
        #expect(done.map(\.raisesAlerts) == [true, false])
        #expect(receiver.state.withLock { $0.results.map(\.tag) } == [100] + (0..<100))
    }

    /// What is urgent may come in for longer than the rest.
    @Test func theQueueIsFullLaterForWhatIsUrgent() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        var limits = GroupCommitter.Limits()
        limits.queuedChanges = 16
        let committer = GroupCommitter(store: store, limits: limits, now: { TestValues.start })
        let receiver = RecordingReceiver()
        var congested: [(usual: Bool, urgent: Bool)] = []
        for number in 0..<10 {
            let block = TestValues.block(number * 10..<number * 10 + 10)
            #expect(committer.submit(.block(id, block, raising: []), tag: UInt64(number), to: receiver))
            congested.append((committer.isCongested(), committer.isCongested(forUrgent: true)))
        }
        #expect(congested.map(\.usual) == Array(repeating: false, count: 4) + Array(repeating: true, count: 6))
        #expect(congested.map(\.urgent) == Array(repeating: false, count: 8) + [true, true])
        committer.finish()
        try await committer.run()
    }

    /// What gathers when the server stops is committed, not waited for.
    @Test func finishingDoesNotWaitForTheBatchToGrow() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        var limits = GroupCommitter.Limits()
        limits.gathering = .seconds(3600)
        let (batches, told) = AsyncStream.makeStream(of: GroupCommitter.Batch.self)
        let committer = GroupCommitter(
            store: store, limits: limits, now: { TestValues.start }, observe: { told.yield($0) })
        let receiver = RecordingReceiver()
        async let running: Void = committer.run()
        var iterator = batches.makeAsyncIterator()
        #expect(committer.submit(.block(id, TestValues.block(0..<10), raising: []), tag: 1, to: receiver))
        #expect(await iterator.next()?.changes == 1)
        #expect(committer.submit(.block(id, TestValues.block(10..<20), raising: []), tag: 2, to: receiver))
        committer.finish()
        try await running
        #expect(receiver.state.withLock { $0.results.map(\.tag) } == [1, 2])
    }

    @Test func aFullQueueRefuses() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        var limits = GroupCommitter.Limits()
        limits.queuedChanges = 2
        let committer = GroupCommitter(store: store, limits: limits, now: { TestValues.start })
        let receiver = RecordingReceiver()
        let change = IngestChange.block(id, TestValues.block(0..<10), raising: [])
        #expect(committer.submit(change, tag: 1, to: receiver))
        #expect(committer.submit(change, tag: 2, to: receiver))
        #expect(!committer.submit(change, tag: 3, to: receiver))
    }

    @Test func aFailingStoreFailsTheTagsAndLeavesTheCommitterUsable() async throws {
        let store = try directory.open(busyTimeout: .milliseconds(1))
        let id = try await store.openTestRecording()
        #expect(try await store.recording(id)?.sampleCount == 0)
        var limits = GroupCommitter.Limits()
        limits.attempts = 2
        limits.firstBackoff = .milliseconds(1)
        let (batches, told) = AsyncStream.makeStream(of: GroupCommitter.Batch.self)
        let committer = GroupCommitter(
            store: store, limits: limits, now: { TestValues.start }, observe: { told.yield($0) })
        let receiver = RecordingReceiver()
        let change = IngestChange.block(id, TestValues.block(0..<10), raising: [])
        let blocker = try directory.database(StoreDirectory.todaysWaveforms)
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        async let running: Void = committer.run()
        #expect(committer.submit(change, tag: 1, to: receiver))
        var iterator = batches.makeAsyncIterator()
        let failed = await iterator.next()
        #expect(failed?.attempts == 2 && failed?.isCommitted == false)
        #expect(failed?.failure?.contains("another process holds the database") == true)
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(committer.submit(change, tag: 2, to: receiver))
        #expect(await iterator.next()?.isCommitted == true)
        committer.finish()
        try await running
        receiver.state.withLock { state in
            #expect(state.failed == [1] && state.results.map(\.tag) == [2])
        }
    }

    @Test func cancellingFailsWhatStillWaits() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        let committer = GroupCommitter(store: store, now: { TestValues.start })
        let receiver = RecordingReceiver()
        #expect(committer.submit(.block(id, TestValues.block(0..<10), raising: []), tag: 5, to: receiver))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await committer.run()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(receiver.state.withLock { $0.failed } == [5])
    }
}
