import ECGModel
import GRDB

/// Copies what can be read of a day's damaged database into a fresh one, of which nothing is claimed that cannot be read.
///
/// What is damaged is passed over page by page. A recording that may go on ends where its first block is missing: its
/// device is asked for the rest again. A sealed one keeps its end, and whoever reads it sees the gap.
struct WaveformSalvage {
    private struct Kept {
        var extent: Extent
        var id: RecordingID
        var isWhole = true
    }

    let source: Database
    let target: Database
    /// How many bytes of payloads are there.
    let payloadEnd: Int

    func run() throws {
        var recordings: [Int64: Kept] = [:]
        try rows(
            "SELECT recording, uuid, end_sample, last_block_at, last_writer, sealed_at FROM extents", by: "recording"
        ) { row in
            let extent = Extent(
                row: row[0], end: row[2], lastBlockAt: (row[3] as Int64?).map(Timestamp.init(column:)),
                lastWriter: (row[4] as Int64?).map(UInt64.init(bitPattern:)),
                sealedAt: (row[5] as Int64?).map(Timestamp.init(column:)))
            recordings[row[0]] = Kept(extent: extent, id: try RecordingID(readFrom: row, at: 1))
        }
        let ends = recordings.mapValues(\.extent.end)
        for (row, kept) in recordings where kept.extent.sealedAt == nil { recordings[row]?.extent.end = 0 }
        var last: Int64 = 0
        try rows(
            "SELECT id, recording, first_sample, sample_count, codec, place, length FROM chain", by: "id"
        ) { row in
            last = row[0]
            guard var kept = recordings[row[1]] else { return }
            try keep(row, of: &kept)
            recordings[row[1]] = kept
        }
        for (row, kept) in recordings {
            var extent = kept.extent
            // A block that goes on with one that is lost must not be taken.
            if extent.end != ends[row] { extent.lastWriter = nil }
            try write(extent, row, of: kept.id)
        }
        try Self.leavePayloads(before: payloadEnd, lastBlock: last, in: target)
    }

    /// Has what is written next begin behind all payloads that are there: a block of no recording, as long as they are.
    static func leavePayloads(before end: Int, lastBlock: Int64, in target: Database) throws {
        try target.execute(
            sql: """
                INSERT INTO chain (id, recording, first_sample, sample_count, codec, place, length)
                VALUES (?, 0, 0, 1, 0, ?, 0)
                """, arguments: [lastBlock + 1, end])
    }

    private func keep(_ row: Row, of kept: inout Kept) throws {
        let (first, count): (SampleIndex, Int) = (row[2], row[3])
        let (place, length): (Int, Int) = (row[5], row[6])
        if kept.extent.sealedAt == nil {
            kept.isWhole = kept.isWhole && first == kept.extent.end && place + length <= payloadEnd
            guard kept.isWhole else { return }
            kept.extent.end += count
        }
        let (block, recording): (Int64, Int64) = (row[0], row[1])
        try target.cachedStatement(
            sql: """
                INSERT INTO chain (id, recording, first_sample, sample_count, codec, place, length, previous)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [block, recording, first, count, row[4] as Int64, place, length, kept.extent.lastBlock])
        kept.extent.lastBlock = block
        kept.extent.blockCount += 1
        if kept.extent.blockCount.isMultiple(of: WaveformTables.milestone) {
            try target.cachedStatement(sql: "INSERT INTO milestones (recording, first_sample, block) VALUES (?, ?, ?)")
                .execute(arguments: [recording, first, block])
        }
    }

    private func write(_ extent: Extent, _ row: Int64, of id: RecordingID) throws {
        try target.cachedStatement(
            sql: """
                INSERT INTO extents (recording, uuid, end_sample, last_block_at, last_writer, sealed_at, last_block, block_count)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                row, id.column, extent.end, extent.lastBlockAt?.column, extent.lastWriter.map(Int64.init(bitPattern:)),
                extent.sealedAt?.column, extent.lastBlock, extent.blockCount,
            ])
    }

    // MARK: What can be read

    /// Gives the rows of a table that can be read, in the order of their number.
    private func rows(_ select: String, by number: String, _ body: (Row) throws -> Void) throws {
        var last: Int64 = 0
        while true {
            do {
                let rows = try Row.fetchCursor(
                    source, sql: "\(select) WHERE \(number) > ? ORDER BY \(number)", arguments: [last])
                while let row = try rows.next() {
                    last = row[0]
                    try body(row)
                }
                return
            } catch let error as DatabaseError where error.isDamage {
                guard let next = nextReadable(select, by: number, after: last) else { return }
                last = next
            }
        }
    }

    /// The least number from which on a row can be read again; nil where there is none.
    private func nextReadable(_ select: String, by number: String, after last: Int64) -> Int64? {
        func isReadable(_ place: Int64) -> Bool? {
            do {
                let row = try Row.fetchOne(
                    source, sql: "\(select) WHERE \(number) > ? ORDER BY \(number) LIMIT 1", arguments: [place])
                return row == nil ? nil : true
            } catch {
                // Damaged here as well: looked for further on.
                return false
            }
        }
        // A leaf that is lost has some hundreds of rows, an inner page some hundreds of leaves.
        var (bad, step) = (last, Int64(1))
        while isReadable(last + step) == false {
            bad = last + step
            guard step < .max / 4 - last else { return nil }
            step *= 2
        }
        // The step may have gone beyond the table's end, where nothing is damaged and nothing is to be read.
        var good = last + step
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2
            if isReadable(middle) == false { bad = middle } else { good = middle }
        }
        return isReadable(good) == true ? good : nil
    }
}
