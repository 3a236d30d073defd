public import ECGModel
import GRDB

extension SQLiteStore {
    public func comparison(
        for recording: StoredRecording, settledBefore settled: Timestamp
    ) async throws -> [EarlierReading] {
        // Without a reference nobody knows whose recording it is, and nothing has to be chosen.
        guard recording.header.patient.reference.flatMap(Patient.reference(written:)) != nil else { return [] }
        let id = recording.id
        let known = try await read { try PatientChoice.alreadyMade(for: id, in: $0) }
        guard let known else { throw StoreError.unknownRecording(id) }
        let chosen =
            if let already = known.chosen {
                already
            } else {
                try await write { db in
                    // Another server may have chosen since the file was read.
                    if let already = try PatientChoice.alreadyMade(for: id, in: db)?.chosen { return already }
                    return try PatientChoice(of: recording).make(settledBefore: settled, in: db)
                }
            }
        guard !chosen.isEmpty else { return [] }
        return try await read { db in
            try chosen.compactMap { try ComparedRecording.find($0, in: db)?.earlierReading }
        }
    }
}

/// The choice of the recordings with which one is compared.
private struct PatientChoice {
    /// Of a patient's recordings the newest are looked at until one fits; more would only be looked at for a patient
    /// whose last dozen recordings were all unusable.
    private static let candidateLimit = 12

    private let recording: StoredRecording

    init(of recording: StoredRecording) { self.recording = recording }

    /// What is noted of a recording's choice.
    struct Made {
        /// Nil until it is made.
        var chosen: [RecordingID]?
    }

    /// Nil where the recording is unknown.
    static func alreadyMade(
        for id: RecordingID, in db: Database
    ) throws -> Made? {
        let statement = try db.cachedStatement(sql: "SELECT compared_with FROM recordings WHERE uuid = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id.column]) else { return nil }
        let column: String? = row[0]
        return Made(chosen: column == nil ? nil : try row.document("compared_with"))
    }

    /// Chooses, and notes the choice.
    func make(settledBefore settled: Timestamp, in db: Database) throws -> [RecordingID] {
        var chosen: [RecordingID] = []
        for limit in [recording.openedAt, min(settled, recording.openedAt)] {
            if let found = try newestComparable(openedBefore: limit, in: db), !chosen.contains(found) {
                chosen.append(found)
            }
        }
        try db.cachedStatement(sql: "UPDATE recordings SET compared_with = ? WHERE uuid = ?")
            .execute(arguments: [try Document.encode(chosen), recording.id.column])
        return chosen
    }

    private func newestComparable(openedBefore limit: Timestamp, in db: Database) throws -> RecordingID? {
        let statement = try db.cachedStatement(sql: RecordingRow.readOfPatient(columns: ComparedRecording.columns))
        let candidates = try Row.fetchCursor(
            statement,
            arguments: [recording.clinic, recording.header.patient.reference, limit.column, Self.candidateLimit])
        while let row = try candidates.next() {
            let candidate = try ComparedRecording(row)
            if isComparable(to: candidate) { return candidate.header.id }
        }
        return nil
    }

    private func isComparable(to other: ComparedRecording) -> Bool {
        other.takenAt < recording.takenAt && other.hasLevels
            && recording.header.patient.mayBe(other.header.patient, after: recording.takenAt - other.takenAt)
    }
}

/// An earlier recording as far as it matters for being compared with.
private struct ComparedRecording {
    static let columns = "opened_at, clock_offset, header, patient, reading"

    var header: RecordingHeader
    var openedAt: Timestamp
    var clockOffset: Duration?
    var reading: MachineReading?

    init(_ row: Row) throws {
        header = try row.document("header")
        header.patient = try row.document("patient")
        openedAt = try row.value("opened_at")
        clockOffset = try row.optionalValue("clock_offset")
        let column: String? = row["reading"]
        reading = column == nil ? nil : try row.document("reading")
    }

    static func find(_ id: RecordingID, in db: Database) throws -> ComparedRecording? {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM recordings WHERE uuid = ?")
        return try Row.fetchOne(statement, arguments: [id.column]).map(ComparedRecording.init)
    }

    /// Whether there is something to compare with. A recording of a second, begun and broken off, has no averaged beat; it must
    /// not stand before the patient's last whole ECG.
    var hasLevels: Bool {
        guard let reading, reading.quality.verdict != .unusable else { return false }
        return reading.leads.values.contains { $0.stJ != nil }
    }

    var takenAt: Timestamp { header.taken(openedAt: openedAt, clockOffset: clockOffset) }

    var earlierReading: EarlierReading? {
        reading.map { EarlierReading(recording: header.id, takenAt: takenAt, openedAt: openedAt, reading: $0) }
    }
}
