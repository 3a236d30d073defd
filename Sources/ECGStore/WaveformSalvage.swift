import ECGModel
import GRDB

/// Copies what can be read of a day's damaged database into a fresh one, of which nothing is claimed that cannot be read.
///
/// What is damaged is passed over, and so is what cannot be what was written. A recording that may go on ends where its first
/// block is missing: its device is asked for the rest again. A sealed one keeps its end, and whoever reads it sees the gap.
///
/// The fresh one must have no name yet that anybody opens: it is filled in several transactions.
struct WaveformSalvage {
    /// How many rows a transaction takes: some megabytes of log.
    private static let rowsOfTransaction = 100_000

    private struct Kept {
        var extent: Extent
        var id: RecordingID
        /// What the damaged database says of its end.
        var claimedEnd: SampleIndex
        /// Where its last block that was kept ends.
        var reached: SampleIndex = 0
        var isWhole = true
    }

    let source: Database
    let target: Database
    /// How many bytes of payloads are there.
    let payloadEnd: Int

    func run() throws {
        try target.beginTransaction()
        do {
            try copy()
            try target.commit()
        } catch {
            if target.isInsideTransaction { try target.rollback() }
            throw error
        }
    }

    private func copy() throws {
        let chain = try ChainWriter(target)
        var recordings: [Int64: Kept] = [:]
        var ids: Set<RecordingID> = []
        try DamagedRows<DamagedExtent>(source: source).forEach { row in
            guard ids.insert(row.id).inserted else { return }
            var extent = row.extent
            if extent.sealedAt == nil { extent.end = 0 }
            recordings[row.number] = Kept(extent: extent, id: row.id, claimedEnd: row.extent.end)
        }
        var last: Int64 = 0
        var rows = 0
        try DamagedRows<DamagedBlock>(source: source).forEach { block in
            last = block.number
            rows += 1
            if rows.isMultiple(of: Self.rowsOfTransaction) {
                try target.commit()
                try target.beginTransaction()
            }
            guard var kept = recordings[block.link.recording] else { return }
            try keep(block, of: &kept, in: chain)
            recordings[block.link.recording] = kept
        }
        for (row, kept) in recordings {
            var extent = kept.extent
            // A block that goes on with one that is lost must not be taken.
            if extent.end != kept.claimedEnd { extent.lastWriter = nil }
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

    private func keep(_ block: DamagedBlock, of kept: inout Kept, in chain: ChainWriter) throws {
        if kept.extent.sealedAt == nil {
            kept.isWhole = kept.isWhole && block.link.firstSample == kept.extent.end && block.payloadEnd <= payloadEnd
            guard kept.isWhole else { return }
            kept.extent.end = block.endSample
        }
        guard block.link.firstSample >= kept.reached, block.endSample <= kept.extent.end else { return }
        kept.reached = block.endSample
        try chain.append(block.link, to: &kept.extent)
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
}

private struct DamagedExtent: DamagedRow {
    static let select = "SELECT recording, uuid, end_sample, last_block_at, last_writer, sealed_at FROM extents"
    static let numberColumn = "recording"

    let number: Int64
    let id: RecordingID
    /// Without its chain.
    let extent: Extent

    init?(_ row: Row) {
        let anyNumber = Int64.min...Int64.max
        guard let number: Int64 = row.number(0), let end: SampleIndex = row.number(2),
            case .blob(let bytes) = (row[1] as DatabaseValue).storage, let id = RecordingID(column: bytes)
        else { return nil }
        self.number = number
        self.id = id
        extent = Extent(
            row: number, end: end, lastBlockAt: row.number(3, in: anyNumber).map(Timestamp.init(column:)),
            lastWriter: row.number(4, in: anyNumber).map(UInt64.init(bitPattern:)),
            sealedAt: row.number(5, in: anyNumber).map(Timestamp.init(column:)))
    }
}

private struct DamagedBlock: DamagedRow {
    static let select = "SELECT id, recording, first_sample, sample_count, codec, place, length FROM chain"
    static let numberColumn = "id"

    let link: ChainWriter.Link
    var number: Int64 { link.number }
    /// Exclusive.
    let endSample: SampleIndex
    /// Where its payload ends, in bytes.
    let payloadEnd: Int

    init?(_ row: Row) {
        guard let number: Int64 = row.number(0), let recording: Int64 = row.number(1),
            let first: SampleIndex = row.number(2),
            let count = row.number(3, in: 1...Int.max), let codec: UInt8 = row.number(4),
            let place: Int = row.number(5),
            let length: Int = row.number(6)
        else { return nil }
        let (endSample, isTooLate) = first.addingReportingOverflow(count)
        let (payloadEnd, isTooFar) = place.addingReportingOverflow(length)
        guard !isTooLate, !isTooFar else { return nil }
        link = ChainWriter.Link(
            number: number, recording: recording, firstSample: first, sampleCount: count, codec: codec, place: place,
            length: length)
        self.endSample = endSample
        self.payloadEnd = payloadEnd
    }
}
