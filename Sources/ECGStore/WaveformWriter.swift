import ECGModel
import GRDB

/// What one transaction adds to a day's waveforms.
///
/// Payloads are written some dozens at a time. ``finish()`` makes them durable before the transaction that says
/// where they lie can be committed. Where it is not, the next one writes over them: nobody else can, since the transaction
/// holds the database's write lock from its beginning.
///
/// Every block of every device comes through here: its statements are bound and stepped without GRDB's arrays of
/// arguments (``DirectStatement``), and extents are remembered from transaction to transaction (``KnownExtents``).
struct WaveformWriter {
    /// Payloads that are written with one call of the system, in bytes. As many as a batch has would be a megabyte, which every
    /// thread that ever committed would keep.
    private static let writtenTogether = 128 << 10

    private let tables: WaveformTables
    private let known: KnownExtents
    private let version: Int
    private let chain: ChainWriter
    private let updateExtent: DirectStatement

    private var extents: [RecordingID: Extent]
    private var changed: Set<RecordingID> = []
    /// Payloads that have not been written, and where they go in the file.
    private var payloads: [UInt8] = []
    private var place: Int
    private let firstPlace: Int
    private var nextBlock: Int64

    /// - Precondition: `tables` is in a transaction that holds the write lock.
    init(_ tables: WaveformTables, known: KnownExtents) throws {
        let db = tables.db
        self.tables = tables
        self.known = known
        version = try Int.fetchOne(db.cachedStatement(sql: "PRAGMA data_version")) ?? 0
        extents = known.take(version: version)
        let last = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, place + length FROM chain ORDER BY id DESC LIMIT 1"))
        nextBlock = (last?[0] ?? 0) + 1
        place = last?[1] ?? 0
        firstPlace = place
        chain = try ChainWriter(db)
        updateExtent = DirectStatement(
            try db.cachedStatement(
                sql: """
                    UPDATE extents SET end_sample = ?, last_block_at = ?, last_writer = ?, sealed_at = ?, last_block = ?,
                        block_count = ?
                    WHERE recording = ?
                    """))
    }

    mutating func extent(of recording: RecordingID) throws -> Extent {
        if let extent = extents[recording] { return extent }
        let extent = try tables.extent(of: recording)
        extents[recording] = extent
        return extent
    }

    /// Appends a block that fits where the recording ends; `extent` is the recording's with the block.
    mutating func append(_ block: StoredBlock, to extent: inout Extent, of recording: RecordingID) throws {
        let row = try extent.row ?? addExtent(of: recording)
        extent.row = row
        try chain.append(
            ChainWriter.Link(
                number: nextBlock, recording: row, firstSample: block.firstSample, sampleCount: block.sampleCount,
                codec: block.codec, place: place + payloads.count, length: block.payload.count),
            to: &extent)
        payloads += block.payload
        nextBlock += 1
        if payloads.count >= Self.writtenTogether { try writePayloads() }
    }

    private mutating func writePayloads() throws {
        try tables.payloads.write(payloads, at: place)
        place += payloads.count
        payloads.removeAll(keepingCapacity: true)
    }

    /// Gives the recording its row.
    private func addExtent(of recording: RecordingID) throws -> Int64 {
        try tables.db.cachedStatement(sql: "INSERT INTO extents (uuid, end_sample) VALUES (?, 0)")
            .execute(arguments: [recording.column])
        return tables.db.lastInsertedRowID
    }

    mutating func change(_ extent: Extent, of recording: RecordingID) {
        extents[recording] = extent
        changed.insert(recording)
    }

    /// Lets a sealed recording take more. Its silence begins at `time`, not when the last block came: it would be abandoned
    /// again before its device has sent any.
    mutating func unseal(_ recording: RecordingID, at time: Timestamp) throws {
        var extent = try extent(of: recording)
        guard extent.sealedAt != nil else { return }
        extent.sealedAt = nil
        extent.lastBlockAt = time
        change(extent, of: recording)
    }

    /// Makes the payloads durable and writes the extents back: what is left is to commit.
    mutating func finish() throws {
        for recording in changed {
            guard var extent = extents[recording] else { continue }
            let row = try extent.row ?? addExtent(of: recording)
            extent.row = row
            extents[recording] = extent
            try updateExtent.execute(
                Int64(extent.end), extent.lastBlockAt?.column, extent.lastWriter.map(Int64.init(bitPattern:)),
                extent.sealedAt?.column, extent.lastBlock, Int64(extent.blockCount), row)
        }
        if !payloads.isEmpty { try writePayloads() }
        if place > firstPlace { try tables.payloads.sync() }
        let (known, extents, version) = (known, extents, version)
        tables.db.afterNextTransaction { _ in known.keep(extents, version: version) }
    }
}
