import ECGModel
import Foundation
import GRDB

/// One day's waveforms within a transaction: what is asked of them. ``WaveformWriter`` adds to them.
struct WaveformTables {
    /// How many blocks lie between two milestones of a recording: what a search may have to read in vain, some
    /// microseconds' worth, and what makes milestones cost next to nothing.
    static let milestone = 64

    let db: Database
    let payloads: PayloadFile

    func extent(of recording: RecordingID) throws -> Extent {
        let statement = try db.cachedStatement(
            sql: """
                SELECT recording, end_sample, last_block_at, last_writer, sealed_at, last_block, block_count
                FROM extents WHERE uuid = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [recording.column]) else { return Extent() }
        // By position: this is asked for all that are open.
        return Extent(
            row: row[0], end: row[1], lastBlockAt: (row[2] as Int64?).map(Timestamp.init(column:)),
            lastWriter: (row[3] as Int64?).map(UInt64.init(bitPattern:)),
            sealedAt: (row[4] as Int64?).map(Timestamp.init(column:)), lastBlock: row[5], blockCount: row[6])
    }

    /// All recordings that are not sealed, or of those only what received its last block within `times`.
    func unsealedRecordings(writtenWithin times: ClosedRange<Timestamp>? = nil) throws -> Set<RecordingID> {
        let statement = try db.cachedStatement(
            sql: """
                SELECT uuid FROM extents WHERE sealed_at IS NULL AND (?1 IS NULL OR last_block_at BETWEEN ?1 AND ?2)
                """)
        let rows = try Row.fetchCursor(statement, arguments: [times?.lowerBound.column, times?.upperBound.column])
        var found: Set<RecordingID> = []
        while let row = try rows.next() { found.insert(try RecordingID(readFrom: row, at: 0)) }
        return found
    }

    /// Where the last block begins that holds or precedes the sample and does not go on with the one before it.
    func startOfRun(of recording: RecordingID, at sample: SampleIndex) throws -> SampleIndex? {
        let extent = try extent(of: recording)
        guard let row = extent.row, sample < extent.end else { return nil }
        if let goal = try goal(after: sample, of: extent, row) {
            let links = try links(backFrom: goal.block, to: sample, isBeginning: true)
            if let first = links.last, first.firstSample <= sample, first.codec != StoredBlock.continuedCodec {
                return first.firstSample
            }
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT first_sample FROM blocks WHERE recording = ?1 AND first_sample <= ?2 AND codec <> ?3
                ORDER BY first_sample DESC LIMIT 1
                """)
        return try SampleIndex.fetchOne(statement, arguments: [row, sample, StoredBlock.continuedCodec])
    }

    /// Blocks in order, beginning with the one that holds sample `from`.
    func blocks(of recording: RecordingID, from: SampleIndex, limit: Int) throws -> [StoredBlock] {
        let extent = try extent(of: recording)
        guard let row = extent.row else { return [] }
        var found = try blocksBeforeTheChain(row, from: from, limit: limit)
        var next = found.last?.endSample ?? from
        while found.count < limit, next < extent.end, let goal = try goal(after: next, of: extent, row) {
            let links = try links(backFrom: goal.block, to: next)
            // Behind blocks that are lost the chain leads back to one that was read.
            let wanted = links.reversed().drop { $0.endSample <= next }.prefix(limit - found.count)
            for link in wanted { found.append(try block(at: link)) }
            // Where the chain is lost it goes on at the next milestone.
            guard let reached = links.first?.endSample ?? goal.firstSample, reached > next else { break }
            next = reached
        }
        return found
    }

    /// Throws where less is there of the payloads than this says that there is.
    func checkPayloads() throws {
        let end = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT place + length FROM chain ORDER BY id DESC LIMIT 1"))
        try payloads.check(length: end ?? 0)
    }

    // MARK: The chain

    /// A block as it is stored. One whose payload cannot be read must not hide those around it.
    private func block(at link: Link) throws -> StoredBlock {
        var block = StoredBlock(
            firstSample: link.firstSample, sampleCount: link.sampleCount, codec: link.codec, payload: [])
        do {
            block.payload = try payloads.read(link.length, at: link.place)
        } catch StoreError.unavailable(let problem) {
            block.problem = problem
        }
        return block
    }

    /// A block of the chain.
    private struct Link {
        var firstSample: SampleIndex
        var sampleCount: Int
        var codec: UInt8
        var place: Int
        var length: Int

        var endSample: SampleIndex { firstSample + sampleCount }
    }

    /// A block from which the chain is followed back.
    private struct Goal {
        var block: Int64
        /// Known of milestones only.
        var firstSample: SampleIndex?
    }

    /// The first milestone after the sample, or the recording's last block where there is none. The block that holds the sample
    /// is that one or one of those before it, back to the milestone before.
    private func goal(after sample: SampleIndex, of extent: Extent, _ recording: Int64) throws -> Goal? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT block, first_sample FROM milestones WHERE recording = ? AND first_sample > ?
                ORDER BY first_sample LIMIT 1
                """)
        if let row = try Row.fetchOne(statement, arguments: [recording, sample]) {
            return Goal(block: row[0], firstSample: row[1])
        }
        return extent.lastBlock.map { Goal(block: $0) }
    }

    /// The chain from a block back to the one that holds or precedes the sample, or on to the one that began that one's run; to
    /// the chain's first where there is no such. Where pages of the database are damaged it ends before them.
    private func links(backFrom block: Int64, to sample: SampleIndex, isBeginning: Bool = false) throws -> [Link] {
        let statement = try db.cachedStatement(
            sql: """
                WITH RECURSIVE links AS (
                    SELECT first_sample, sample_count, codec, place, length, previous FROM chain WHERE id = ?1
                    UNION ALL
                    SELECT chain.first_sample, chain.sample_count, chain.codec, chain.place, chain.length, chain.previous
                    FROM links JOIN chain ON chain.id = links.previous
                    WHERE links.first_sample > ?2 OR (?3 AND links.codec = ?4))
                SELECT first_sample, sample_count, codec, place, length FROM links
                """)
        let arguments: StatementArguments = [block, sample, isBeginning, StoredBlock.continuedCodec]
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var links: [Link] = []
        do {
            while let row = try rows.next() {
                links.append(
                    Link(firstSample: row[0], sampleCount: row[1], codec: row[2], place: row[3], length: row[4]))
            }
        } catch let error as DatabaseError where error.isDamage {
            // What is lost must not hide the rest: whoever reads sees the gap.
        }
        return links
    }

    /// What version 2 of the schema stored.
    private func blocksBeforeTheChain(_ recording: Int64, from: SampleIndex, limit: Int) throws -> [StoredBlock] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT first_sample, sample_count, codec, payload FROM blocks
                WHERE recording = ?1 AND first_sample + sample_count > ?2 AND first_sample >= ifnull(
                    (SELECT max(first_sample) FROM blocks WHERE recording = ?1 AND first_sample <= ?2), 0)
                ORDER BY first_sample LIMIT ?3
                """)
        return try Row.fetchAll(statement, arguments: [recording, from, limit]).map { row in
            let payload: Data = row["payload"]
            return StoredBlock(
                firstSample: row["first_sample"], sampleCount: row["sample_count"], codec: row["codec"],
                payload: [UInt8](payload))
        }
    }
}
