import ECGModel
import ECGStore
import Foundation
import GRDB
import Testing

/// A day's blocks in their file, and the database that says where they lie.
@Suite struct WaveformDayTests {
    private let directory = StoreDirectory()
    private var payloads: URL {
        URL(filePath: directory.path).appending(path: "waveforms-\(TestValues.start.day).blocks")
    }

    /// Beyond some milestones, beside another recording that grows at the same time.
    @Test func aLongRecordingIsReadFromAnywhere() async throws {
        let store = try directory.open()
        let ids = [try await store.openTestRecording(1), try await store.openTestRecording(2)]
        let blocks = TestValues.blocks(200, run: 70)
        for batch in stride(from: 0, to: 200, by: 7) {
            let some = blocks[batch..<min(batch + 7, 200)]
            _ = try await store.commit(
                some.flatMap { block in ids.map { .block($0, block, raising: []) } }, at: TestValues.start)
        }
        for id in ids {
            for from in stride(from: 0, to: 2000, by: 13) {
                for limit in [1, 64, 65, 1000] {
                    let expected = Array(blocks.filter { $0.endSample > from }.prefix(limit))
                    #expect(try await store.blocks(of: id, from: from, limit: limit) == expected, "\(from), \(limit)")
                }
                #expect(try await store.startOfRun(of: id, at: from) == from / 700 * 700, "at \(from)")
            }
            #expect(try await store.blocks(of: id, from: 2000, limit: 9).isEmpty)
        }
    }

    /// What a crash leaves between the blocks' sync and the commit.
    @Test func whatWasNotCommittedIsWrittenOver() async throws {
        let blocks = TestValues.blocks(4)
        var store = try directory.open()
        let id = try await store.openTestRecording()
        try await store.commit(Array(blocks[..<2]), of: id)
        try await store.close()
        let file = try FileHandle(forWritingTo: payloads)
        try file.seekToEnd()
        try file.write(contentsOf: Data(repeating: 0xFF, count: 1000))
        try file.close()
        store = try directory.open()
        try await store.commit(Array(blocks[2...]), of: id)
        #expect(try await store.blocks(of: id, from: 0, limit: 9) == blocks)
    }

    /// A transaction that fails leaves nothing, neither in the files nor in what the store remembers of them.
    @Test func aTransactionThatFailsLeavesNothing() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        try await store.commit([TestValues.block(0..<100)], of: id)
        try await directory.database(StoreDirectory.todaysWaveforms).write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER crash BEFORE UPDATE ON extents WHEN NEW.end_sample = 300
                    BEGIN SELECT RAISE(ABORT, 'crash'); END
                    """)
        }
        try await store.commit([TestValues.block(100..<200)], of: id)
        await #expect(throws: StoreError.self) {
            _ = try await store.commit(
                [.block(id, TestValues.block(200..<300, byte: 0xEE), raising: [])], at: TestValues.start)
        }
        #expect(try await store.recording(id)?.sampleCount == 200)
        try await store.commit([TestValues.block(200..<250)], of: id)
        let expected = [0..<100, 100..<200, 200..<250].map { TestValues.block($0) }
        #expect(try await store.blocks(of: id, from: 0, limit: 9) == expected)
    }

    /// What another process appends is known to the next transaction of this one.
    @Test func twoProcessesAppendInTurn() async throws {
        let stores = [try directory.open(), try directory.open()]
        let id = try await stores[0].openTestRecording()
        let blocks = TestValues.blocks(150)
        for (number, block) in blocks.enumerated() { try await stores[number % 2].commit([block], of: id) }
        let late = try await stores[0].commit([.block(id, blocks[149], raising: [])], at: TestValues.start)
        #expect(late == [.stored(upTo: 1500)])
        for store in stores { #expect(try await store.blocks(of: id, from: 0, limit: 999) == blocks) }
    }

    /// What is gone cannot be read and hides nothing else, and what comes is kept.
    @Test func aFileThatLostItsEndTakesMore() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        let blocks = [0..<100, 100..<200, 200..<300].map { TestValues.block($0) }
        try await store.commit(Array(blocks[..<2]), of: id)
        #expect(try await store.unreadableDays().isEmpty)
        let file = try FileHandle(forUpdating: payloads)
        try file.truncate(atOffset: UInt64(blocks[0].payload.count + 1))
        try file.close()
        for opened in [store, try directory.open()] {
            let found = try await opened.blocks(of: id, from: 0, limit: 9)
            try #require(found.count == 2)
            #expect(found[0] == blocks[0])
            #expect(found[1].problem?.contains("is shorter") == true && found[1].payload.isEmpty)
            #expect(found[1].firstSample == 100 && found[1].sampleCount == 100)
        }
        try await store.commit([blocks[2]], of: id)
        let found = try await store.blocks(of: id, from: 0, limit: 9)
        try #require(found.count == 3)
        #expect(found[0] == blocks[0] && found[2] == blocks[2])
        let rest = [UInt8](repeating: 0, count: blocks[1].payload.count - 1)
        #expect(found[1].payload == [blocks[1].payload[0]] + rest)
        // Somebody has to see to the disk, though the file is long enough again.
        #expect(try await store.unreadableDays()[TestValues.start.day]?.contains("is shorter") == true)
    }

    /// A page of the database that is lost takes with it the blocks that are found by it, and keeps out none that come.
    @Test func aLostPageHidesNoMoreThanItMust() async throws {
        var store = try directory.open()
        let id = try await store.openTestRecording()
        let blocks = TestValues.blocks(1001)
        try await store.commit(Array(blocks[..<1000]), of: id)
        try await store.close()
        let queue = try directory.database(StoreDirectory.todaysWaveforms)
        // The second of some six pages.
        let place = try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            let page = try Int.fetchOne(
                db,
                sql: """
                    SELECT pageno FROM dbstat WHERE name = 'chain' AND pagetype = 'leaf'
                    ORDER BY path LIMIT 1 OFFSET 1
                    """)
            return (page: page, size: try Int.fetchOne(db, sql: "PRAGMA page_size"))
        }
        try queue.close()
        let (page, size) = (try #require(place.page), try #require(place.size))
        let file = try FileHandle(
            forUpdating: URL(filePath: directory.path).appending(path: StoreDirectory.todaysWaveforms))
        try file.seek(toOffset: UInt64((page - 1) * size))
        try file.write(contentsOf: Data(repeating: 0x5A, count: size))
        try file.close()

        store = try directory.open()
        try await store.commit([blocks[1000]], of: id)
        let found = try await store.blocks(of: id, from: 0, limit: 2000)
        let firstSamples = Set(found.map(\.firstSample))
        #expect(found == blocks.filter { firstSamples.contains($0.firstSample) })
        let lost = blocks.indices.filter { !firstSamples.contains(blocks[$0].firstSample) }
        let gap = try #require(lost.first)...(try #require(lost.last))
        #expect(lost == Array(gap) && gap.count < 400, "\(gap)")
        #expect(try await store.startOfRun(of: id, at: 0) == 0)
        #expect(try await store.startOfRun(of: id, at: 10 * gap.upperBound) == nil)
        #expect(try await store.startOfRun(of: id, at: 10 * gap.upperBound + 10) == 10 * gap.upperBound + 10)
        #expect(try await store.startOfRun(of: id, at: 10_000) == 10_000)
    }

    /// A recording that began in version 2 of the file, with its blocks in the database, goes on behind them.
    @Test func blocksOfVersion2StayInTheDatabase() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        let blocks = TestValues.blocks(140, run: 60)
        try await directory.database(StoreDirectory.todaysWaveforms).write { db in
            try db.execute(
                sql: """
                    CREATE TABLE extents (
                        recording INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, end_sample INTEGER NOT NULL,
                        last_block_at INTEGER, sealed_at INTEGER, last_writer INTEGER) STRICT;
                    CREATE TABLE blocks (
                        recording INTEGER NOT NULL REFERENCES extents (recording), first_sample INTEGER NOT NULL,
                        sample_count INTEGER NOT NULL CHECK (sample_count > 0), codec INTEGER NOT NULL,
                        payload BLOB NOT NULL, PRIMARY KEY (recording, first_sample)) STRICT;
                    CREATE INDEX extents_unsealed ON extents (recording) WHERE sealed_at IS NULL;
                    PRAGMA user_version = 2;
                    """)
            try db.execute(
                sql: "INSERT INTO extents VALUES (7, ?, 300, ?, NULL, 0)",
                arguments: [Data(id.bytes), TestValues.start.microsecondsSince1970])
            for block in blocks[..<30] {
                try db.execute(
                    sql: "INSERT INTO blocks VALUES (7, ?, 10, ?, ?)",
                    arguments: [block.firstSample, block.codec, Data(block.payload)])
            }
        }
        try await store.commit(Array(blocks[30...]), of: id)
        for from in stride(from: 0, to: 1400, by: 9) {
            for limit in [1, 40, 1000] {
                let expected = Array(blocks.filter { $0.endSample > from }.prefix(limit))
                #expect(try await store.blocks(of: id, from: from, limit: limit) == expected, "from \(from)")
            }
            #expect(try await store.startOfRun(of: id, at: from) == from / 600 * 600, "at \(from)")
        }
    }
}
