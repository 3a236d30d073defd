public import ECGModel
import GRDB

extension SQLiteStore {
    /// The days of whose recordings an alert, or a critical value, is open: whoever answers it needs the ECG.
    private static let awaitedDays = """
        SELECT recordings.day FROM alerts JOIN recordings ON recordings.id = alerts.recording WHERE alerts.\(AlertTables.isOpen)
        UNION
        SELECT recordings.day FROM critical_values
            JOIN alerts ON alerts.id = critical_values.alert JOIN recordings ON recordings.id = alerts.recording
            WHERE critical_values.\(AlertTables.isOpenCriticalValue)
        """

    public func waveformDays(at now: Timestamp) async throws -> [WaveformDayUse] {
        try await read { db in
            try Row.fetchAll(
                db,
                // Recordings are numbered in the order in which they are opened, whatever the clock says.
                sql: """
                    WITH days AS (
                        SELECT day, min(id) AS first, max(id) AS last, max(has_waveform) AS is_kept,
                            max(status = 'open') AS is_open
                        FROM recordings GROUP BY day)
                    SELECT day, last, is_open, day IN (\(Self.awaitedDays)) AS is_awaited, coalesce(
                        (SELECT max(other.day) FROM days AS other WHERE other.first <= days.last AND other.day <= ?),
                        day) AS used_until
                    FROM days WHERE is_kept ORDER BY day
                    """, arguments: [now.day]
            ).map { row in
                WaveformDayUse(
                    name: row["day"], usedUntil: row["used_until"], lastOpening: row["last"], isOpen: row["is_open"],
                    isAwaited: row["is_awaited"])
            }
        }
    }

    /// Marks first, deletes second: after a crash in between the files are found again by the next call.
    ///
    /// Each file is deleted under the main file's write lock, after checking that no recording needs it: a recording
    /// that another process opens either comes before, and keeps the file, or after, and gets a new one.
    public func dropWaveforms(of days: [String]) async throws -> [String] {
        if !days.isEmpty {
            try await write { db in
                for day in days {
                    try db.execute(
                        sql: """
                            UPDATE recordings SET has_waveform = 0
                            WHERE day = ?1 AND has_waveform = 1
                                AND NOT EXISTS (SELECT 1 FROM recordings WHERE day = ?1 AND status = 'open')
                                AND day NOT IN (\(Self.awaitedDays))
                            """, arguments: [day])
                }
            }
        }
        let unneeded = try await read { db in
            try String.fetchSet(db, sql: "SELECT day FROM recordings GROUP BY day HAVING max(has_waveform) = 0")
        }
        var dropped: [String] = []
        for day in try waveforms.days() where unneeded.contains(day) {
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
