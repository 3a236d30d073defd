public import ECGModel
import GRDB

extension SQLiteStore {
    public func comparison(
        for id: RecordingID, settledBefore settled: Timestamp
    ) async throws -> [EarlierReading] {
        guard let known = try await read({ try ComparedRecording.find(id, in: $0) }) else {
            throw StoreError.unknownRecording(id)
        }
        // Without a reference nobody knows whose recording it is, and nothing has to be chosen.
        guard known.header.patient.reference != nil else { return [] }
        let chosen: [RecordingID]
        if let already = known.chosen {
            chosen = already
        } else {
            chosen = try await write { db in
                // Another server may have chosen since the file was read.
                if let already = try ComparedRecording.find(id, in: db)?.chosen { return already }
                return try known.choose(settledBefore: settled, in: db)
            }
        }
        return try await read { db in
            try chosen.compactMap { try ComparedRecording.find($0, in: db)?.earlierReading }
        }
    }
}

/// A recording as far as it matters for being compared with others of its patient.
private struct ComparedRecording {
    private static let columns = """
        uuid, clinic, opened_at, header, patient, compared_with, reading
        """
    /// Of a patient's recordings the newest are looked at until one fits; more would only be looked at for a patient
    /// whose last dozen recordings were all unusable.
    private static let candidateLimit = 12

    var header: RecordingHeader
    var clinic: String
    var openedAt: Timestamp
    var reading: MachineReading?
    /// Nil until they have been chosen.
    var chosen: [RecordingID]?

    init(_ row: Row) throws {
        header = try row.document("header")
        header.patient = try row.document("patient")
        clinic = row["clinic"]
        openedAt = try row.value("opened_at")
        let columns: (reading: String?, chosen: String?) = (row["reading"], row["compared_with"])
        reading = columns.reading == nil ? nil : try row.document("reading")
        chosen = columns.chosen == nil ? nil : try row.document("compared_with")
    }

    static func find(_ id: RecordingID, in db: Database) throws -> ComparedRecording? {
        try Row.fetchOne(db, sql: "SELECT \(columns) FROM recordings WHERE uuid = ?", arguments: [id.column])
            .map(ComparedRecording.init)
    }

    var takenAt: Timestamp { header.deviceTime ?? openedAt }

    var earlierReading: EarlierReading? {
        reading.map { EarlierReading(recording: header.id, takenAt: takenAt, reading: $0) }
    }

    /// Chooses the recordings that this one is compared with and notes them.
    func choose(settledBefore settled: Timestamp, in db: Database) throws -> [RecordingID] {
        var chosen: [RecordingID] = []
        for limit in [openedAt, min(settled, openedAt)] {
            if let found = try newestComparable(openedBefore: limit, in: db), !chosen.contains(found) {
                chosen.append(found)
            }
        }
        try db.execute(
            sql: "UPDATE recordings SET compared_with = ? WHERE uuid = ?",
            arguments: [try Document.encode(chosen), header.id.column])
        return chosen
    }

    private func newestComparable(openedBefore limit: Timestamp, in db: Database) throws -> RecordingID? {
        let candidates = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(Self.columns) FROM recordings
                WHERE clinic = ? AND json_extract(patient, '$.reference') = ? AND opened_at < ?
                    AND status = 'closed' AND reading IS NOT NULL
                ORDER BY opened_at DESC LIMIT ?
                """,
            arguments: [clinic, header.patient.reference, limit.column, Self.candidateLimit])
        while let row = try candidates.next() {
            let candidate = try ComparedRecording(row)
            if isComparable(to: candidate) { return candidate.header.id }
        }
        return nil
    }

    private func isComparable(to other: ComparedRecording) -> Bool {
        let sexes = Set([header.patient.sex, other.header.patient.sex].compactMap { $0 })
        return sexes.count < 2 && other.takenAt < takenAt && other.reading?.quality.verdict != .unusable
    }
}
