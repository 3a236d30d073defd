import ECGModel
import GRDB

/// What ingest needs to know of a recording's row in the main file; the rest, ``RecordingDetails``, is read only for people.
struct RecordingRow: Sendable {
    /// The row's number, by which alerts and events name the recording.
    var rowID: Int64
    /// The day whose waveform file holds its blocks.
    var day: String
    /// Set once the recording is closed.
    var closedSampleCount: Int?

    static func find(_ id: RecordingID, in db: Database) throws -> RecordingRow? {
        let statement = try db.cachedStatement(sql: "SELECT id, day, sample_count FROM recordings WHERE uuid = ?")
        return try Row.fetchOne(statement, arguments: [id.column]).map { row in
            RecordingRow(rowID: row["id"], day: row["day"], closedSampleCount: row["sample_count"])
        }
    }
}

extension RecordingRow {
    /// A patient's recordings that have been read, newest first. The arguments are the clinic, the patient's reference, the
    /// time before which they were opened, and how many.
    static func readOfPatient(columns: String) -> String {
        """
        SELECT \(columns) FROM recordings
        WHERE clinic = ? AND json_extract(patient, '$.reference') = ? AND opened_at < ?
            AND status = 'closed' AND reading IS NOT NULL
        ORDER BY opened_at DESC, id DESC LIMIT ?
        """
    }
}

/// A recording as the main file knows it, and the waveform file that knows the rest while it is open.
struct RecordingDetails: Sendable {
    static let columns = """
        uuid, device, clinic, opened_at, closed_at, status, day, sample_count, has_waveform, header, patient,
        reading IS NOT NULL AS has_reading, reading_samples, clock_offset,
        (SELECT township FROM devices WHERE devices.name = recordings.device) AS township
        """

    /// The sample count is final only if the recording is closed.
    var recording: StoredRecording
    var day: String
    /// Whether it was opened just now, so that nothing of it can be stored.
    var isNew = false

    init(recording: StoredRecording, day: String, isNew: Bool) {
        self.recording = recording
        self.day = day
        self.isNew = isNew
    }

    init(_ row: Row) throws {
        var header = try row.document("header", as: RecordingHeader.self)
        header.patient = try row.document("patient")
        recording = StoredRecording(
            header: header, device: row["device"], clinic: row["clinic"], township: row["township"],
            openedAt: try row.value("opened_at"), closedAt: try row.optionalValue("closed_at"),
            status: try row.value("status"), sampleCount: row["sample_count"] ?? 0, hasWaveform: row["has_waveform"],
            hasReading: row["has_reading"])
        recording.readingSampleCount = row["reading_samples"]
        recording.clockOffset = try row.optionalValue("clock_offset")
        day = row["day"]
    }

    static func find(_ id: RecordingID, in db: Database) throws -> RecordingDetails? {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM recordings WHERE uuid = ?")
        return try Row.fetchOne(statement, arguments: [id.column]).map(RecordingDetails.init)
    }
}
