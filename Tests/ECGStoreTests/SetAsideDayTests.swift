import ECGModel
import ECGStore
import Foundation
import GRDB
import Testing

/// A waveform database of the present that is damaged, and what becomes of its recordings.
@Suite struct SetAsideDayTests {
    private let directory = StoreDirectory()
    private var payloads: URL {
        URL(filePath: directory.path).appending(path: "waveforms-\(TestValues.start.day).blocks")
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
        try await store.commit([blocks[0]], of: ids[0])
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
        try await store.commit([blocks[1]], of: ids[0])
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
        let (long, short) = (TestValues.blocks(1000), TestValues.blocks(70))
        try await store.commit(short, of: ids[1])
        let reading = try TestValues.reading()
        _ = try await store.commit(
            [.close(ids[1], sampleCount: 700, reading: reading, raising: [])], at: TestValues.start)
        try await store.commit(short, of: ids[2])
        try await store.commit(Array(long[..<420]), of: ids[0])
        try await store.commit(short, of: ids[3])
        _ = try await store.commit(
            [.close(ids[3], sampleCount: 700, reading: reading, raising: [])], at: TestValues.start)
        try await store.commit(Array(long[420...]), of: ids[0])
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
        try await store.commit(Array(long[(end / 10)...]), of: ids[0])
        try await store.commit([TestValues.block(700..<710)], of: ids[2])
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
        let (blocks, short) = (TestValues.blocks(1000), TestValues.blocks(10))
        try await store.commit(Array(blocks[..<700]), of: id)
        try await store.commit(short, of: other)
        try await store.commit(Array(blocks[700...]), of: id)
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
        try await store.commit(Array(blocks[(end / 10)...]), of: id)
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
        let blocks = TestValues.blocks(1000)
        try await store.commit(blocks, of: id)
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
        try await store.commit(Array(blocks[..<1]), of: other)
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
}
