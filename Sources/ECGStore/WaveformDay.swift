import ECGModel
import Foundation
import GRDB

extension SchemaVersions {
    /// The waveforms of the recordings opened on one day.
    ///
    /// `extents` is the one authority on how far a recording's samples go: a block and its recording's new end are
    /// committed together, and a sealed recording takes no more. `blocks` is a table by row number with an index, not
    /// one ordered by its key: blocks are appended at the file's end whatever recording they belong to, which writes the
    /// fewest pages.
    static let waveforms = SchemaVersions(steps: [waveformsVersion1, waveformsVersion2])

    private static let waveformsVersion1 = """
        CREATE TABLE extents (
            recording INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            end_sample INTEGER NOT NULL,
            last_block_at INTEGER,
            sealed_at INTEGER
        ) STRICT;

        CREATE TABLE blocks (
            recording INTEGER NOT NULL REFERENCES extents (recording),
            first_sample INTEGER NOT NULL,
            sample_count INTEGER NOT NULL CHECK (sample_count > 0),
            codec INTEGER NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (recording, first_sample)
        ) STRICT;
        """

    /// Which recordings are still open is asked again and again, and they are few among all of a day. Who wrote a
    /// recording's last block decides whether a continued one may follow.
    private static let waveformsVersion2 = """
        CREATE INDEX extents_unsealed ON extents (recording) WHERE sealed_at IS NULL;
        ALTER TABLE extents ADD COLUMN last_writer INTEGER;
        """
}

/// How far a recording's stored samples go.
struct Extent: Sendable {
    /// The recording's row in its waveform file; nil before its first block.
    var row: Int64?
    /// Exclusive.
    var end: SampleIndex = 0
    var lastBlockAt: Timestamp?
    /// Who wrote the last block: ``StoredBlock/writer``.
    var lastWriter: UInt64?
    /// When the device said that the recording is complete.
    var sealedAt: Timestamp?

    /// What becomes of a block here, before anything is written.
    enum Placement {
        case append, present
        case refused(IngestResult)
    }

    func placement(of block: StoredBlock) -> Placement {
        let (blockEnd, overflow) = block.firstSample.addingReportingOverflow(block.sampleCount)
        guard block.firstSample >= 0, block.sampleCount > 0, !overflow else {
            return .refused(.refused("a block must hold at least one sample and begin at sample 0 or later"))
        }
        if blockEnd <= end { return .present }
        guard sealedAt == nil else { return .refused(.refused("the recording is closed after \(end) samples")) }
        guard block.firstSample == end else { return .refused(.gap(expected: end)) }
        return block.isContinued && block.writer != lastWriter ? .refused(.brokenRun(expected: end)) : .append
    }

    /// Why the recording cannot close after `sampleCount` samples, or nil.
    func objection(toClosingAt sampleCount: Int) -> String? {
        end == sampleCount ? nil : "the recording has \(end) samples stored and cannot close after \(sampleCount)"
    }

    /// Why a reading of `sampleCount` samples is not the recording's, or nil.
    func objection(toReadingOf sampleCount: Int) -> String? {
        end == sampleCount ? nil : "the recording has \(end) samples stored and was read after \(sampleCount)"
    }
}

/// One day's waveform file within a transaction.
struct WaveformTables {
    let db: Database

    func extent(of recording: RecordingID) throws -> Extent {
        let statement = try db.cachedStatement(
            sql: "SELECT recording, end_sample, last_block_at, last_writer, sealed_at FROM extents WHERE uuid = ?")
        guard let row = try Row.fetchOne(statement, arguments: [recording.column]) else { return Extent() }
        // By position: every block asks.
        return Extent(
            row: row[0], end: row[1], lastBlockAt: (row[2] as Int64?).map(Timestamp.init(column:)),
            lastWriter: (row[3] as Int64?).map(UInt64.init(bitPattern:)),
            sealedAt: (row[4] as Int64?).map(Timestamp.init(column:)))
    }

    /// All recordings that are not sealed, or of those only what received a block at `time` or later.
    func unsealedRecordings(writtenSince time: Timestamp? = nil) throws -> Set<RecordingID> {
        let statement = try db.cachedStatement(
            sql: "SELECT uuid FROM extents WHERE sealed_at IS NULL AND (?1 IS NULL OR last_block_at >= ?1)")
        let rows = try Row.fetchCursor(statement, arguments: [time?.column])
        var found: Set<RecordingID> = []
        while let row = try rows.next() { found.insert(try RecordingID(readFrom: row, at: 0)) }
        return found
    }

    /// Writes the extent back, giving the recording its row if it has none.
    func save(_ extent: inout Extent, of recording: RecordingID) throws {
        if extent.row == nil {
            try db.cachedStatement(sql: "INSERT INTO extents (uuid, end_sample) VALUES (?, 0)")
                .execute(arguments: [recording.column])
            extent.row = db.lastInsertedRowID
        }
        try db.cachedStatement(
            sql: """
                UPDATE extents SET end_sample = ?, last_block_at = ?, last_writer = ?, sealed_at = ? WHERE recording = ?
                """
        ).execute(
            arguments: [
                extent.end, extent.lastBlockAt?.column, extent.lastWriter.map(Int64.init(bitPattern:)),
                extent.sealedAt?.column, extent.row,
            ])
    }

    func insert(_ block: StoredBlock, row: Int64) throws {
        try db.cachedStatement(
            sql: "INSERT INTO blocks (recording, first_sample, sample_count, codec, payload) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [row, block.firstSample, block.sampleCount, block.codec, Data(block.payload)])
    }

    /// Where the last block begins that holds or precedes the sample and does not go on with the one before it.
    func startOfRun(of recording: RecordingID, at sample: SampleIndex) throws -> SampleIndex? {
        let extent = try extent(of: recording)
        guard let row = extent.row, sample < extent.end else { return nil }
        let statement = try db.cachedStatement(
            sql: """
                SELECT first_sample FROM blocks WHERE recording = ?1 AND first_sample <= ?2 AND codec <> ?3
                ORDER BY first_sample DESC LIMIT 1
                """)
        return try SampleIndex.fetchOne(statement, arguments: [row, sample, StoredBlock.continuedCodec])
    }

    /// Blocks in order, beginning with the one that holds sample `from`.
    func blocks(of recording: RecordingID, from: SampleIndex, limit: Int) throws -> [StoredBlock] {
        guard let row = try extent(of: recording).row else { return [] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT first_sample, sample_count, codec, payload FROM blocks
                WHERE recording = ?1 AND first_sample + sample_count > ?2 AND first_sample >= ifnull(
                    (SELECT max(first_sample) FROM blocks WHERE recording = ?1 AND first_sample <= ?2), 0)
                ORDER BY first_sample LIMIT ?3
                """)
        return try Row.fetchAll(statement, arguments: [row, from, limit]).map { row in
            let payload: Data = row["payload"]
            return StoredBlock(
                firstSample: row["first_sample"], sampleCount: row["sample_count"], codec: row["codec"],
                payload: [UInt8](payload))
        }
    }
}
