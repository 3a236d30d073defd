import ECGModel
import GRDB

/// Adds blocks to the chains of a day's recordings: each names the one before it of its recording, and one in
/// ``WaveformTables/milestone`` can be found by its sample.
struct ChainWriter {
    /// A block and where its payload lies, in the order in which the day's blocks were written.
    struct Link {
        /// Its place in that order.
        var number: Int64
        /// The recording's row.
        var recording: Int64
        var firstSample: SampleIndex
        var sampleCount: Int
        var codec: UInt8
        /// Where the payload begins in the file, and how long it is, in bytes.
        var place: Int
        var length: Int
    }

    private let insertBlock: DirectStatement
    private let insertMilestone: DirectStatement

    init(_ db: Database) throws {
        insertBlock = DirectStatement(
            try db.cachedStatement(
                sql: """
                    INSERT INTO chain (id, recording, first_sample, sample_count, codec, place, length, previous)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """))
        insertMilestone = DirectStatement(
            try db.cachedStatement(
                sql: "INSERT INTO milestones (recording, first_sample, block) VALUES (?, ?, ?)"))
    }

    /// Appends a block behind the last of its recording, whose chain `extent` knows.
    func append(_ link: Link, to extent: inout Extent) throws {
        try insertBlock.execute(
            link.number, link.recording, Int64(link.firstSample), Int64(link.sampleCount), Int64(link.codec),
            Int64(link.place), Int64(link.length), extent.lastBlock)
        extent.lastBlock = link.number
        extent.blockCount += 1
        if extent.blockCount.isMultiple(of: WaveformTables.milestone) {
            try insertMilestone.execute(link.recording, Int64(link.firstSample), link.number)
        }
    }
}
