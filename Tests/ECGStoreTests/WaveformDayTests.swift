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

    private func commit(_ blocks: [StoredBlock], of id: RecordingID, to store: SQLiteStore) async throws {
        let results = try await store.commit(
            blocks.map { .block(id, $0, raising: []) }, at: TestValues.start)
        #expect(results == blocks.map { .stored(upTo: $0.endSample) })
    }

    /// Blocks of ten samples, each of a length and content of its own; runs begin at every `run`th.
    private func blocks(_ count: Int, run: Int = 1) -> [StoredBlock] {
        (0..<count).map { number in
            StoredBlock(
                firstSample: 10 * number, sampleCount: 10, codec: number.isMultiple(of: run) ? 2 : 3,
                payload: (0..<number % 23 + 1).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) })
        }
    }

    /// Beyond some milestones, beside another recording that grows at the same time.
    @Test func aLongRecordingIsReadFromAnywhere() async throws {
        let store = try directory.open()
        let ids = [try await store.openTestRecording(1), try await store.openTestRecording(2)]
        let blocks = blocks(200, run: 70)
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
        let blocks = blocks(4)
        var store = try directory.open()
        let id = try await store.openTestRecording()
        try await commit(Array(blocks[..<2]), of: id, to: store)
        try await store.close()
        let file = try FileHandle(forWritingTo: payloads)
        try file.seekToEnd()
        try file.write(contentsOf: Data(repeating: 0xFF, count: 1000))
        try file.close()
        store = try directory.open()
        try await commit(Array(blocks[2...]), of: id, to: store)
        #expect(try await store.blocks(of: id, from: 0, limit: 9) == blocks)
    }

    /// A transaction that fails leaves nothing, neither in the files nor in what the store remembers of them.
    @Test func aTransactionThatFailsLeavesNothing() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        try await commit([TestValues.block(0..<100)], of: id, to: store)
        try await directory.database(StoreDirectory.todaysWaveforms).write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER crash BEFORE UPDATE ON extents WHEN NEW.end_sample = 300
                    BEGIN SELECT RAISE(ABORT, 'crash'); END
                    """)
        }
        try await commit([TestValues.block(100..<200)], of: id, to: store)
        await #expect(throws: StoreError.self) {
            _ = try await store.commit(
                [.block(id, TestValues.block(200..<300, byte: 0xEE), raising: [])], at: TestValues.start)
        }
        #expect(try await store.recording(id)?.sampleCount == 200)
        try await commit([TestValues.block(200..<250)], of: id, to: store)
        let expected = [0..<100, 100..<200, 200..<250].map { TestValues.block($0) }
        #expect(try await store.blocks(of: id, from: 0, limit: 9) == expected)
    }

    /// What another process appends is known to the next transaction of this one.
    @Test func twoProcessesAppendInTurn() async throws {
        let stores = [try directory.open(), try directory.open()]
        let id = try await stores[0].openTestRecording()
        let blocks = blocks(150)
        for (number, block) in blocks.enumerated() { try await commit([block], of: id, to: stores[number % 2]) }
        let late = try await stores[0].commit([.block(id, blocks[149], raising: [])], at: TestValues.start)
        #expect(late == [.stored(upTo: 1500)])
        for store in stores { #expect(try await store.blocks(of: id, from: 0, limit: 999) == blocks) }
    }

    /// What is gone cannot be read and hides nothing else, and what comes is kept.
    @Test func aFileThatLostItsEndTakesMore() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        let blocks = [0..<100, 100..<200, 200..<300].map { TestValues.block($0) }
        try await commit(Array(blocks[..<2]), of: id, to: store)
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
        try await commit([blocks[2]], of: id, to: store)
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
        let blocks = blocks(1001)
        try await commit(Array(blocks[..<1000]), of: id, to: store)
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
        try await commit([blocks[1000]], of: id, to: store)
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

    private var database: URL { URL(filePath: directory.path).appending(path: StoreDirectory.todaysWaveforms) }

    private func makeUnreadable() throws {
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: database.path + suffix) {
            try FileManager.default.removeItem(atPath: database.path + suffix)
        }
        try Data(repeating: 0x5A, count: 8192).write(to: database)
    }

    private func setAside() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter {
            $0.hasPrefix("damaged-") && $0.hasSuffix(".sqlite")
        }.sorted()
    }

    @Test("today's database that is one no more is set aside: alerts are raised, and nothing lost counts as stored")
    func todaysDatabaseIsLost() async throws {
        let store = try directory.open()
        let ids = [try await store.openTestRecording(1), try await store.openTestRecording(2)]
        let blocks = [0..<100, 100..<200].map { TestValues.block($0, byte: 0x11) }
        try await commit([blocks[0]], of: ids[0], to: store)
        let payload = try Data(contentsOf: payloads)
        for round in 1...2 {
            try makeUnreadable()
            #expect(try await store.openTestRecording(1) == ids[0], "its device may open it")
            #expect(try await store.recording(ids[0])?.sampleCount == 0)
            let proposals = ["a", "b"].map { TestValues.proposal("\($0)\(round)") }
            let results = try await store.commit(
                [
                    .block(ids[0], blocks[1], raising: [TestValues.proposal("early")]),
                    .block(ids[0], blocks[0], raising: [proposals[0]]),
                    .block(ids[1], blocks[0], raising: [proposals[1]]),
                ], at: TestValues.start)
            #expect(results == [.gap(expected: 0), .stored(upTo: 100), .stored(upTo: 100)])
            let codes = Set(try await store.alerts(AlertQuery()).map(\.code))
            #expect(codes.isSuperset(of: proposals.map(\.code)) && !codes.contains("early"))
            #expect(try setAside() == (1...round).map { "damaged-\(TestValues.start.day)-\($0).sqlite" })
            let problem = try await store.unreadableDays()[TestValues.start.day]
            #expect(problem?.contains("damaged-\(TestValues.start.day)-\(round).sqlite") == true)
        }
        #expect(try Data(contentsOf: payloads).prefix(payload.count) == payload, "for who salvages what was set aside")
        try await commit([blocks[1]], of: ids[0], to: store)
        for store in [store, try directory.open()] {
            #expect(try await store.blocks(of: ids[0], from: 0, limit: 9) == blocks)
        }
    }

    @Test(
        "of a database that cannot be written to any more the fresh one has what can be read, and no end beyond it",
        arguments: [[], [1], [1, 4]])
    func todaysDatabaseLosesItsLastPage(andOthers lost: [Int]) async throws {
        var store = try directory.open()
        var ids: [RecordingID] = []
        for number in 1...4 as ClosedRange<UInt64> { ids.append(try await store.openTestRecording(number)) }
        let (long, short) = (blocks(1000), blocks(70))
        try await commit(short, of: ids[1], to: store)
        let reading = try TestValues.reading()
        _ = try await store.commit(
            [.close(ids[1], sampleCount: 700, reading: reading, raising: [])], at: TestValues.start)
        try await commit(short, of: ids[2], to: store)
        try await commit(Array(long[..<420]), of: ids[0], to: store)
        try await commit(short, of: ids[3], to: store)
        _ = try await store.commit(
            [.close(ids[3], sampleCount: 700, reading: reading, raising: [])], at: TestValues.start)
        try await commit(Array(long[420...]), of: ids[0], to: store)
        try await store.close()
        try await loseLastPageOfTheChain(and: lost)

        store = try directory.open()
        // By the clock it is tomorrow: recordings run past midnight.
        let result = try #require(
            try await store.commit(
                [.block(ids[0], TestValues.block(10_000..<10_010), raising: [])], at: TestValues.start + .days(1)
            ).first)
        guard case .gap(let end) = result else { Issue.record("\(result)"); return }
        #expect(end > 0 && end < 10_000 && end.isMultiple(of: 10) && (end < 2000) == !lost.isEmpty, "\(end)")
        #expect(try await store.recording(ids[0])?.sampleCount == end)
        #expect(try await store.blocks(of: ids[0], from: 0, limit: 2000) == Array(long[..<(end / 10)]))
        // Its device sends the rest again; the others' goes on as if nothing had been.
        try await commit(Array(long[(end / 10)...]), of: ids[0], to: store)
        try await commit([TestValues.block(700..<710)], of: ids[2], to: store)
        for store in [store, try directory.open()] {
            #expect(try await store.blocks(of: ids[0], from: 0, limit: 2000) == long)
            #expect(try await store.blocks(of: ids[1], from: 0, limit: 2000) == short)
            #expect(try await store.blocks(of: ids[2], from: 0, limit: 2000) == short + [TestValues.block(700..<710)])
            #expect(try await store.blocks(of: ids[3], from: 0, limit: 2000) == short)
            #expect(try await store.startOfRun(of: ids[0], at: 9990) == 9990)
            #expect(try await store.recording(ids[1])?.status == .closed)
        }
        #expect(try setAside().count == 1)
        #expect(try await store.dropWaveforms(of: [TestValues.start.day]).isEmpty, "two are open")
        for (id, count) in [(ids[0], 10_000), (ids[2], 710)] {
            _ = try await store.commit(
                [.close(id, sampleCount: count, reading: reading, raising: [])], at: TestValues.start)
        }
        _ = try await store.dropWaveforms(of: [TestValues.start.day])
        #expect(try setAside().isEmpty, "what was set aside is a patient's too")
    }

    /// Of a sector of zeros within a page SQLite says nothing: its rows have the number 0 and no values.
    @Test(
        "a sector of zeros among the rows of a damaged database costs no more than those, and a rotten number its row",
        arguments: [true, false])
    func todaysDatabaseHasASectorOfZeros(_ isZeros: Bool) async throws {
        var store = try directory.open()
        let id = try await store.openTestRecording()
        let other = try await store.openTestRecording(2)
        let (blocks, short) = (blocks(1000), blocks(10))
        try await commit(Array(blocks[..<700]), of: id, to: store)
        try await commit(short, of: other, to: store)
        try await commit(Array(blocks[700...]), of: id, to: store)
        try await store.close()
        try await loseLastPageOfTheChain(and: []) { page in
            if isZeros {
                page.replaceSubrange(page.count / 2..<page.count / 2 + 512, with: Data(count: 512))
            } else {
                // The tenth cell: where it begins stands behind the page's head of 8 bytes, and it begins with a byte of its
                // length. Then comes the row's number, of which this raises the upper seven bits.
                page[256 * Int(page[8 + 2 * 10]) + Int(page[9 + 2 * 10]) + 1] = 0xFF
            }
        }

        store = try directory.open()
        let result = try #require(
            try await store.commit([.block(id, TestValues.block(10_000..<10_010), raising: [])], at: TestValues.start)
                .first)
        guard case .gap(let end) = result else { Issue.record("\(result)"); return }
        #expect(end > 1000 && end < 5000, "\(end)")
        try await commit(Array(blocks[(end / 10)...]), of: id, to: store)
        #expect(try await store.blocks(of: id, from: 0, limit: 2000) == blocks)
        // The other's rows stand behind all that is lost.
        let ofOther = try await store.blocks(of: other, from: 0, limit: 2000)
        #expect(ofOther == short)
    }

    @Test(
        "of a damaged database rotten numbers are passed over, and end neither the salvage nor the server",
        arguments: [
            "UPDATE chain SET place = 9223372036854775800 WHERE id = 100",
            "UPDATE chain SET length = -1 WHERE id = 100",
            "UPDATE chain SET length = -1 WHERE id = 65",
            "UPDATE chain SET sample_count = 9223372036854775800 WHERE id = 100",
            "UPDATE chain SET sample_count = 0 WHERE id = 100",
            "UPDATE chain SET first_sample = -10 WHERE id = 100",
            "UPDATE chain SET first_sample = 0 WHERE id IN (128, 192)",
            "UPDATE chain SET codec = 256 WHERE id = 100",
            "UPDATE extents SET uuid = x'00'",
            "UPDATE extents SET end_sample = -1",
            "INSERT INTO extents (recording, uuid, end_sample) SELECT 9223372036854775807, zeroblob(16), 0",
        ], [false, true])
    func todaysDatabaseHasRottenNumbers(_ rot: String, isSealed: Bool) async throws {
        var store = try directory.open()
        let id = try await store.openTestRecording()
        let blocks = blocks(1000)
        try await commit(blocks, of: id, to: store)
        if isSealed {
            let reading = try TestValues.reading()
            _ = try await store.commit(
                [.close(id, sampleCount: 10_000, reading: reading, raising: [])], at: TestValues.start)
        }
        try await store.close()
        try await directory.database(StoreDirectory.todaysWaveforms).write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = TRUE; \(rot)")
        }
        try await loseLastPageOfTheChain(and: [])

        store = try directory.open()
        let other = try await store.openTestRecording(2)
        try await commit(Array(blocks[..<1]), of: other, to: store)
        let found = try await store.blocks(of: id, from: 0, limit: 2000)
        #expect(found == blocks.filter(found.contains), "each once, \(found.count)")
        #expect(try await store.blocks(of: other, from: 0, limit: 9) == Array(blocks[..<1]))
        #expect(try setAside().count == 1)
    }

    /// The one to which the next block would be appended, and others by their place in the chain, from 0.
    private func loseLastPageOfTheChain(and others: [Int], changingTheSecond change: ((inout Data) -> Void)? = nil)
        async throws
    {
        let queue = try directory.database(StoreDirectory.todaysWaveforms)
        let place = try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            let pages = try Int.fetchAll(
                db, sql: "SELECT pageno FROM dbstat WHERE name = 'chain' AND pagetype = 'leaf' ORDER BY path")
            return (pages: pages, size: try Int.fetchOne(db, sql: "PRAGMA page_size"))
        }
        try queue.close()
        let size = try #require(place.size)
        let file = try FileHandle(forUpdating: database)
        for page in others.map({ place.pages[$0] }) + [try #require(place.pages.last)] {
            try file.seek(toOffset: UInt64((page - 1) * size))
            try file.write(contentsOf: Data(repeating: 0x5A, count: size))
        }
        if let change {
            let start = UInt64((place.pages[1] - 1) * size)
            try file.seek(toOffset: start)
            var page = Data(try #require(try file.read(upToCount: size)))
            change(&page)
            try file.seek(toOffset: start)
            try file.write(contentsOf: page)
        }
        try file.close()
    }

    /// A recording that began in version 2 of the file, with its blocks in the database, goes on behind them.
    @Test func blocksOfVersion2StayInTheDatabase() async throws {
        let store = try directory.open()
        let id = try await store.openTestRecording()
        let blocks = blocks(140, run: 60)
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
        try await commit(Array(blocks[30...]), of: id, to: store)
        for from in stride(from: 0, to: 1400, by: 9) {
            for limit in [1, 40, 1000] {
                let expected = Array(blocks.filter { $0.endSample > from }.prefix(limit))
                #expect(try await store.blocks(of: id, from: from, limit: limit) == expected, "from \(from)")
            }
            #expect(try await store.startOfRun(of: id, at: from) == from / 600 * 600, "at \(from)")
        }
    }
}
