public import ECGModel
import GRDB

extension SQLiteStore {
    public func waveformDays() async throws -> [String] {
        try await read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT day FROM recordings
                    WHERE has_waveform = 1 AND day NOT IN (SELECT day FROM recordings WHERE status = 'open')
                    ORDER BY day
                    """)
        }
    }

    /// Marks first, deletes second: after a crash in between the files are found again by the next call.
    ///
    /// Each file is deleted under the main file's write lock, after checking that no recording needs it: a recording
    /// that another process opens either comes before, and keeps the file, or after, and gets a new one.
    public func dropWaveforms(before time: Timestamp) async throws -> [String] {
        let limit = time.day
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE recordings SET has_waveform = 0
                    WHERE day < ? AND has_waveform = 1
                        AND day NOT IN (SELECT day FROM recordings WHERE status = 'open')
                    """, arguments: [limit])
        }
        var dropped: [String] = []
        for day in try waveforms.days(before: limit) {
            let isDeleted = try await write { [waveforms] db in
                let isNeeded = try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM recordings WHERE day = ? AND has_waveform = 1)",
                    arguments: [day])
                guard isNeeded == false else { return false }
                try waveforms.delete(day)
                return true
            }
            if isDeleted { dropped.append(day) }
        }
        return dropped
    }
}
