extension SchemaVersions {
    /// Amendments that wait for a signature are open alerts.
    static let mainAmendments = """
        -- amending: whether what waits for a signature is to replace the final report.
        ALTER TABLE alerts ADD COLUMN amending INTEGER NOT NULL DEFAULT 0 CHECK (amending IN (0, 1));

        -- What waited in no queue waits in it from now on, for everybody.
        UPDATE alerts SET amending = 1, state = 'raised', acknowledged_by = NULL, raised_at = \(now)
            WHERE state = 'reported' AND submitted_by IS NOT NULL;
        INSERT INTO alert_events (alert, recording, kind, at, user, priority)
            SELECT id, recording, 'reopened', raised_at, submitted_by, priority FROM alerts WHERE amending;
        """

    /// Microseconds since 1970.
    private static let now = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
}
