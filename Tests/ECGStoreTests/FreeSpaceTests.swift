import ECGModel
import Synchronization
import Testing

@testable import ECGStore

@Suite("A disk that is nearly full")
struct FreeSpaceTests {
    @Test("takes no more of recordings while there is room to tell people what has been stored, and says so")
    func waveformsGiveWay() async throws {
        let directory = StoreDirectory()
        let free = Mutex<Int64?>(nil)
        let store = try SQLiteStore(
            directory: directory.path, busyTimeout: .seconds(3600),
            space: FreeSpace(interval: .zero) { free.withLock { $0 } })
        let alert = try await store.raiseTestAlert()
        let stored = try #require(try await store.recording(alert.recording)).sampleCount
        let next = IngestChange.block(alert.recording, TestValues.block(stored..<stored + 100), raising: [])

        free.withLock { $0 = FreeSpace.keptForAlerts - 1 }
        await #expect {
            _ = try await store.commit([next], at: TestValues.start)
        } throws: { error in
            "\(error)".contains("nearly full, 127 MB are left")
        }
        // A reading is written as ever.
        let known = IngestChange.block(alert.recording, TestValues.block(0..<stored), raising: [])
        let results = try await store.commit(
            [next, .reading(alert.recording, try TestValues.reading(), sampleCount: stored, raising: [])],
            at: TestValues.start)
        guard case .unavailable = results[0] else {
            Issue.record("\(results)")
            return
        }
        #expect(results[1] == .stored(upTo: stored))
        #expect(try await store.recording(alert.recording)?.sampleCount == stored)
        await #expect(throws: StoreError.self) { try await store.checkHealth() }
        let step = try await store.advanceAlert(alert.id, by: .acknowledged, user: "reader", at: TestValues.start)
        #expect(step.state == .acknowledged)

        free.withLock { $0 = FreeSpace.keptForAlerts }
        #expect(try await store.commit([known, next], at: TestValues.start).last == .stored(upTo: stored + 100))
        try await store.checkHealth()
    }
}
