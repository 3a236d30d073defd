import ECGModel
import GRDB

/// Recordings whose device was away for so long that the server closed them.
///
/// Its device may be away for longer still, and have the rest: an ECG that was recorded is not to be refused for that. So it
/// goes on when the device opens it. One that is abandoned again with no more samples than it had stays closed: that is all there
/// is, and a device that finds it closed may forget it.
extension SQLiteStore {
    private static let mayGoOn = """
        status = 'closed' AND is_abandoned AND has_waveform AND (resumed_at IS NULL OR resumed_at < sample_count)
        """

    /// Notes which recordings are closed by the server, before they are: a crash may fall between that and what closes them.
    func noteAbandoned(_ recordings: [RecordingRow]) async throws {
        try await write { db in
            let statement = try db.cachedStatement(
                sql: "UPDATE recordings SET is_abandoned = 1 WHERE id = ? AND status = 'open'")
            for recording in recordings { try statement.execute(arguments: [recording.rowID]) }
        }
    }

    /// Opens the recording again if it was abandoned and may go on; nil where it is not so.
    ///
    /// In the waveform file first. After a crash between the two it is still closed, and the next opening finds it so; the other
    /// way about it would be open and sealed, which is what a recording looks like that its device has closed.
    func resumeAbandoned(_ id: RecordingID, on day: String, by device: String, at time: Timestamp) async throws
        -> RecordingDetails?
    {
        let isAbandoned = try await read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM recordings WHERE uuid = ? AND \(Self.mayGoOn))",
                arguments: [id.column]) ?? false
        }
        guard isAbandoned else { return nil }
        try await writeWaveforms(of: day) { try $0.unseal(id, at: time) }
        return try await write { db in
            try db.execute(
                sql: """
                    UPDATE recordings SET status = 'open', closed_at = NULL, sample_count = NULL, is_abandoned = 0,
                        resumed_at = sample_count
                    WHERE uuid = ? AND \(Self.mayGoOn)
                    """, arguments: [id.column])
            if db.changesCount > 0 {
                try SharedAuditEntry(
                    AuditEntry(at: time, actor: device, action: "recording.resumed", subject: "\(id)")
                ).insert(in: db)
            }
            return try RecordingDetails.find(id, in: db)
        }
    }
}
