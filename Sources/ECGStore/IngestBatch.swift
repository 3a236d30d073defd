import ECGModel
import GRDB

/// The changes of one commit and what has become of them so far.
struct IngestBatch: Sendable {
    /// What a waveform file made of a change.
    struct Outcome: Sendable {
        var result: IngestResult
        var isSealed: Bool
    }

    let changes: [IngestChange]
    let time: Timestamp
    /// The recordings that are known.
    var rows: [RecordingID: RecordingRow] = [:]
    var results: [IngestResult?]
    /// Positions of the blocks whose alerts are to be raised before they are stored.
    var raisingPositions: [Int] = []
    /// Recordings that are sealed in their waveform files and may not be closed in the main file yet.
    private var sealed: Set<RecordingID> = []

    init(changes: [IngestChange], time: Timestamp) {
        self.changes = changes
        self.time = time
        results = Array(repeating: nil, count: changes.count)
    }

    var recordings: Set<RecordingID> { Set(changes.map(\.recording)) }

    var blocksRaiseAlerts: Bool {
        changes.contains { change in
            guard case .block(_, _, let proposals) = change else { return false }
            return !proposals.isEmpty
        }
    }

    /// The recordings that the server is to close.
    var abandonedRows: [RecordingRow] {
        changes.compactMap { change in
            guard case .close(let id, _, isAbandoned: true, _, _) = change else { return nil }
            return rows[id]
        }
    }

    /// The changes that a waveform file decides, by day, each day's in order.
    var waveformPositions: [(day: String, positions: [Int])] {
        var byDay: [String: [Int]] = [:]
        for (position, change) in changes.enumerated() where results[position] == nil {
            guard let row = rows[change.recording] else { continue }
            byDay[row.day, default: []].append(position)
        }
        return byDay.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The blocks of which nothing is settled.
    var blockPositions: [Int] {
        changes.indices.filter { position in
            guard case .block = changes[position] else { return false }
            return results[position] == nil
        }
    }

    /// The changes that end in the main file: closes and readings that were not refused.
    var readingPositions: [Int] {
        changes.indices.filter { position in
            guard case .stored = results[position] else { return false }
            switch changes[position] {
            case .block: return false
            case .close, .reading: return true
            }
        }
    }

    mutating func settle(_ positions: [Int], as outcomes: [Outcome]) {
        for (position, outcome) in zip(positions, outcomes) {
            results[position] = outcome.result
            if outcome.isSealed { sealed.insert(changes[position].recording) }
        }
    }

    mutating func settle(_ positions: [Int], asUnavailable error: StoreError) {
        for position in positions { results[position] = .unavailable(error.description) }
    }

    /// Whether nothing of the batch could be done.
    var isUnavailable: Bool {
        results.allSatisfy { result in
            if case .unavailable = result { true } else { false }
        }
    }

    /// Settles what needs no waveform file: unknown recordings, and closed ones, whose length is final.
    mutating func settleWithoutWaveform() {
        for (position, change) in changes.enumerated() {
            guard let row = rows[change.recording] else {
                results[position] = .refused("the recording is not known here: open it first")
                continue
            }
            guard let count = row.closedSampleCount else { continue }
            let extent = Extent(end: count, sealedAt: time)
            switch change {
            case .block(_, let block, _):
                switch extent.placement(of: block) {
                case .present:
                    results[position] = .stored(upTo: count)
                    raisingPositions.append(position)
                case .append: preconditionFailure("a sealed extent takes no block")
                case .refused(let result): results[position] = result
                }
            case .close(_, let sampleCount, _, _, _):
                results[position] =
                    extent.objection(toClosingAt: sampleCount).map(IngestResult.refused) ?? .stored(upTo: count)
            case .reading(_, _, let sampleCount, _):
                results[position] =
                    extent.objection(toReadingOf: sampleCount).map(IngestResult.refused) ?? .stored(upTo: count)
            }
        }
    }

    /// The positions of blocks that fit, or are there already, as the file stands: those whose alerts may be raised.
    func acceptable(_ positions: [Int], in tables: WaveformTables) throws -> [Int] {
        var extents: [RecordingID: Extent] = [:]
        return try positions.filter { position in
            let id = changes[position].recording
            var extent = try extents[id] ?? tables.extent(of: id)
            let isAccepted = apply(changes[position], to: &extent).isStored
            extents[id] = extent
            return isAccepted
        }
    }

    func raiseAlertsOfBlocks(in alerts: AlertTables) throws {
        for position in raisingPositions.sorted() {
            guard case .block(let id, _, let proposals) = changes[position], let row = rows[id] else { continue }
            for proposal in proposals { try alerts.raise(proposal, recording: row, at: time) }
        }
    }

    /// Appends blocks and seals recordings, each checked against the file within this very transaction.
    func store(_ positions: [Int], with writer: inout WaveformWriter) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(positions.count)
        for position in positions {
            let change = changes[position]
            let id = change.recording
            let before = try writer.extent(of: id)
            var extent = before
            let result = apply(change, to: &extent)
            if case .block(_, let block, _) = change, extent.end > before.end {
                try writer.append(block, to: &extent, of: id)
            }
            if extent.end > before.end || extent.sealedAt != before.sealedAt { writer.change(extent, of: id) }
            outcomes.append(Outcome(result: result, isSealed: extent.sealedAt != nil))
        }
        return outcomes
    }

    /// What a change makes of a recording's extent.
    private func apply(_ change: IngestChange, to extent: inout Extent) -> IngestResult {
        switch change {
        case .block(_, let block, _):
            switch extent.placement(of: block) {
            case .present: break
            case .append:
                extent.end += block.sampleCount
                extent.lastBlockAt = time
                extent.lastWriter = block.writer
            case .refused(let result): return result
            }
        case .close(_, let sampleCount, _, _, _):
            // Its device has more, and is to send it: where a damaged file was set aside less may be there than there was.
            if extent.sealedAt == nil, sampleCount > extent.end { return .gap(expected: extent.end) }
            if let objection = extent.objection(toClosingAt: sampleCount) { return .refused(objection) }
            extent.sealedAt = extent.sealedAt ?? time
        case .reading(_, _, let sampleCount, _):
            if let objection = extent.objection(toReadingOf: sampleCount) { return .refused(objection) }
        }
        return .stored(upTo: extent.end)
    }

    /// Writes machine readings with their alerts, and closes what its waveform file has sealed.
    func completeReadings(_ positions: [Int], in db: Database) throws {
        let alerts = AlertTables(db: db)
        for position in positions {
            let id = changes[position].recording
            guard let row = rows[id], case .stored(let end) = results[position] else { continue }
            switch changes[position] {
            case .block: continue
            case .close(_, _, let isAbandoned, let reading, let proposals):
                if !isAbandoned { try noteClosedByDevice(row, db) }
                // An open recording's reading is of its beginning, from a time when it was silent. A close that comes again
                // brings the reading that is there already, or one older than a later analysis.
                try write(
                    reading, of: end,
                    sql: """
                        UPDATE recordings SET reading = CASE status WHEN 'open' THEN ?1 ELSE ifnull(reading, ?1) END,
                            reading_samples = ?2
                        WHERE id = ?3
                        """, row, db)
                for proposal in proposals { try alerts.raise(proposal, recording: row, at: time) }
            case .reading(_, let reading, _, let proposals):
                try write(
                    reading, of: end, sql: "UPDATE recordings SET reading = ?, reading_samples = ? WHERE id = ?", row,
                    db)
                for proposal in proposals { try alerts.raise(proposal, recording: row, at: time) }
            }
            if sealed.contains(id) { try close(row, sampleCount: end, in: db) }
        }
    }

    private func write(
        _ reading: MachineReading, of sampleCount: Int, sql: String, _ row: RecordingRow, _ db: Database
    ) throws {
        try db.cachedStatement(sql: sql).execute(arguments: [try Document.encode(reading), sampleCount, row.rowID])
    }

    /// It was to be abandoned, and its device came back in time.
    private func noteClosedByDevice(_ row: RecordingRow, _ db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE recordings SET is_abandoned = 0 WHERE id = ? AND status = 'open' AND is_abandoned"
        ).execute(arguments: [row.rowID])
    }

    private func close(_ row: RecordingRow, sampleCount: Int, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE recordings SET status = 'closed', closed_at = ?, sample_count = ?
                WHERE id = ? AND status = 'open'
                """
        ).execute(arguments: [time.column, sampleCount, row.rowID])
    }
}

extension IngestChange {
    var recording: RecordingID {
        switch self {
        case .block(let id, _, _), .close(let id, _, _, _, _), .reading(let id, _, _, _): id
        }
    }
}

extension IngestChange {
    var raisesAlerts: Bool {
        switch self {
        case .block(_, _, let raised), .close(_, _, _, _, let raised), .reading(_, _, _, let raised): !raised.isEmpty
        }
    }
}

extension IngestResult {
    var isStored: Bool {
        if case .stored = self { true } else { false }
    }
}
