import ECGModel
import ECGStore
import Foundation
import GRDB
import Testing

/// A directory of its own for each store under test, removed at the end.
final class StoreDirectory {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("ecgstore-\(UUID().uuidString)").path

    /// - Parameter busyTimeout: Longer than any disk takes that is busy with other tests, where no test holds the lock.
    func open(busyTimeout: Duration = .seconds(3600)) throws -> SQLiteStore {
        try SQLiteStore(directory: path, busyTimeout: busyTimeout)
    }
    func database(_ name: String = "ecgnet.sqlite") throws -> DatabaseQueue {
        // Tests hold a transaction open to stand for another process that writes.
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: "\(path)/\(name)", configuration: configuration)
    }
    static let todaysWaveforms = "waveforms-\(TestValues.start.day).sqlite"

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record("the test's directory could not be removed: \(error)")
        }
    }
}

extension IngestResult {
    fileprivate var isUnavailable: Bool {
        if case .unavailable = self { true } else { false }
    }
}

@Suite struct SQLiteStoreTests {
    let directory = StoreDirectory()

    @Test(arguments: StoreContract.checks)
    func keepsTheContract(check: StoreContract.Check) async throws {
        try await check.run(directory.open())
    }

    @Test func filesAreTheirOwnersOnly() async throws {
        let store = try directory.open()
        _ = try await store.raiseTestAlert()
        func permissions(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try permissions(directory.path) == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(files.contains("ecgnet.sqlite") && files.contains(StoreDirectory.todaysWaveforms))
        for file in files { #expect(try permissions("\(directory.path)/\(file)") == 0o600, "\(file)") }
    }

    @Test func whatReturnedSurvivesDroppingTheStore() async throws {
        let alert = try await directory.open().raiseTestAlert()
        let reopened = try directory.open()
        #expect(try await reopened.recording(alert.recording)?.sampleCount == 100)
        #expect(try await reopened.alerts(AlertQuery()) == [alert])
    }

    /// The other process holds the waveform file: the alert is there, the block is not; sent again, both are, once.
    @Test func alertsAreDurableBeforeTheirBlocks() async throws {
        let store = try directory.open(busyTimeout: .milliseconds(200))
        let id = try await store.openTestRecording()
        #expect(try await store.recording(id)?.sampleCount == 0)
        let change = IngestChange.block(id, TestValues.block(0..<100), raising: [TestValues.proposal()])
        let blocker = try directory.database(StoreDirectory.todaysWaveforms)
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await #expect(throws: StoreError.self) { _ = try await store.commit([change], at: TestValues.start) }
        #expect(try await store.alerts(AlertQuery()).count == 1)
        #expect(try await store.recording(id)?.sampleCount == 0)
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await store.commit([change], at: TestValues.start) == [.stored(upTo: 100)])
        #expect(try await store.alertEvents(after: 0, limit: 9).map(\.kind) == [.raised])
    }

    /// A damaged day costs its own recordings' changes and no others'.
    @Test func aDamagedDayHoldsUpNoOther() async throws {
        let store = try directory.open()
        let damaged = try await store.openTestRecording(1)
        _ = try await store.commit([.block(damaged, TestValues.block(0..<100), raising: [])], at: TestValues.start)
        let later = TestValues.start + .days(2)
        let sound = try await store.openTestRecording(2, at: later)
        let path = "\(directory.path)/\(StoreDirectory.todaysWaveforms)"
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        try Data(repeating: 0x5A, count: 8192).write(to: URL(filePath: path))
        let results = try await store.commit(
            [
                .block(damaged, TestValues.block(100..<200), raising: [TestValues.proposal("lost")]),
                .block(sound, TestValues.block(0..<100), raising: [TestValues.proposal("kept")]),
            ], at: later)
        #expect(results.map(\.isUnavailable) == [true, false])
        #expect(results.last == .stored(upTo: 100))
        #expect(try await store.alerts(AlertQuery()).map(\.code) == ["kept"])
        #expect(try await store.recordings(RecordingQuery()).map(\.sampleCount) == [100, 0])
        #expect(try await store.recordingsSilent(since: later + .seconds(60)) == [sound])
        #expect(Array(try await store.unreadableDays().keys) == [TestValues.start.day])
        #expect(try await store.recordingsAwaitingReading().isEmpty)
        await #expect(throws: StoreError.self, "where nothing can be done the batch fails, to be tried again") {
            _ = try await store.commit([.block(damaged, TestValues.block(100..<200), raising: [])], at: later)
        }
    }

    /// The other process holds the main file: no alert, hence no block.
    @Test func noBlockWithoutItsAlert() async throws {
        let store = try directory.open(busyTimeout: .milliseconds(200))
        let id = try await store.openTestRecording()
        let blocker = try directory.database()
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await #expect(throws: StoreError.self) {
            _ = try await store.commit(
                [.block(id, TestValues.block(0..<100), raising: [TestValues.proposal()])], at: TestValues.start)
        }
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await store.recording(id)?.sampleCount == 0)
    }

    /// The main file refuses the close after the waveform file sealed the recording: a crash at that point.
    @Test(arguments: [true, false])
    func aCloseThatWasCutOffIsCompleted(byTheDevice: Bool) async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        let reading = try TestValues.reading()
        let close = IngestChange.close(id, sampleCount: 100, reading: reading, raising: [TestValues.proposal()])
        let main = try directory.database()
        try await main.write {
            try $0.execute(
                sql: "CREATE TRIGGER crash BEFORE UPDATE ON recordings BEGIN SELECT RAISE(ABORT, 'crash'); END")
        }
        await #expect(throws: StoreError.self) {
            _ = try await store.commit(
                [.block(id, TestValues.block(0..<100), raising: []), close], at: TestValues.start)
        }
        try await main.write { try $0.execute(sql: "DROP TRIGGER crash") }
        #expect(try await store.recording(id)?.status == .open)
        #expect(try await store.recordingsAwaitingReading() == [id])
        #expect(try await store.alerts(AlertQuery()).isEmpty)
        let late = try await store.commit([.block(id, TestValues.block(100..<200), raising: [])], at: TestValues.start)
        guard case .refused = late[0] else { Issue.record("a sealed recording took a block"); return }
        let completion = byTheDevice ? close : .reading(id, reading, sampleCount: 100, raising: [TestValues.proposal()])
        #expect(try await store.commit([completion], at: TestValues.start) == [.stored(upTo: 100)])
        #expect(try await store.recording(id)?.status == .closed)
        #expect(try await store.recordingsAwaitingReading().isEmpty)
        #expect(try await store.alerts(AlertQuery()).count == 1)
    }

    /// Two servers race with the same blocks of the same recordings.
    @Test func twoStoresOnOneDirectoryStoreOnceAndAlertOnce() async throws {
        let stores = [try directory.open(), try directory.open()]
        let ids = [try await stores[0].openTestRecording(1), try await stores[1].openTestRecording(2)]
        let blocks = (0..<30).map { TestValues.block($0 * 10..<$0 * 10 + 10) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores {
                group.addTask {
                    for block in blocks {
                        for result in try await store.commit(
                            ids.map { .block($0, block, raising: [TestValues.proposal()]) }, at: TestValues.start)
                        {
                            guard case .stored(let end) = result else { Issue.record("\(result)"); return }
                            #expect(end >= block.endSample)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for id in ids { #expect(try await stores[1].blocks(of: id, from: 0, limit: 100) == blocks) }
        #expect(try await stores[0].alertEvents(after: 0, limit: 100).map(\.kind) == [.raised, .raised])
    }

    @Test func aRecordingStaysInTheFileOfTheDayItBegan() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording(1, at: "2026-11-20T23:59:59Z")
        _ = try await store.commit([.block(id, TestValues.block(0..<10), raising: [])], at: TestValues.start)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(files.contains("waveforms-2026-11-20.sqlite") && !files.contains(StoreDirectory.todaysWaveforms))
    }

    @Test(arguments: ["alert_events", "audit"])
    func historyIsAppendOnly(table: String) async throws {
        let store = try directory.open()
        _ = try await store.raiseTestAlert()
        try await store.appendAudit(AuditEntry(at: TestValues.start, actor: "a", action: "b", subject: "c"))
        let main = try directory.database()
        for sql in ["UPDATE \(table) SET at = 0", "DELETE FROM \(table)"] {
            await #expect(throws: DatabaseError.self) { try await main.write { try $0.execute(sql: sql) } }
        }
    }

    @Test func aFileOfALaterVersionIsLeftAlone() async throws {
        try await directory.open().close()
        try await directory.database().write { try $0.execute(sql: "PRAGMA user_version = 9000") }
        #expect(throws: StoreError.newerSchema(file: "ecgnet.sqlite", found: 9000, known: 16)) {
            _ = try directory.open()
        }
    }

    @Test func patientDataStandsInOneColumn() async throws {
        _ = try await directory.open().raiseTestAlert()
        let holders = try await directory.database().read { db in
            let columns = try Row.fetchAll(
                db,
                sql: """
                    SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p
                    WHERE m.type = 'table'
                    """)
            return try columns.filter { column in
                let table: String = column["t"]
                let name: String = column["c"]
                return try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM \"\(table)\" WHERE \"\(name)\" LIKE '%chest pain%')") == true
            }.map { row -> String in row["c"] }
        }
        #expect(holders == ["patient"])
    }
}
