extension SchemaVersions {
    /// Critical values; reports that are signed, amended and come with a conclusion.
    static let mainCriticalValues = """
        -- report: what goes with a report's text, as JSON.
        ALTER TABLE alert_events ADD COLUMN report TEXT;
        -- submitted_by: who wrote the report that waits for another's signature.
        ALTER TABLE alerts ADD COLUMN submitted_by TEXT;

        -- state: what the steps come to.
        CREATE TABLE critical_values (
            alert INTEGER NOT NULL PRIMARY KEY REFERENCES alerts (id),
            state TEXT NOT NULL,
            opened_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX critical_values_open ON critical_values (opened_at) WHERE state NOT IN ('recorded', 'withdrawn');

        CREATE TABLE critical_value_steps (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            alert INTEGER NOT NULL REFERENCES critical_values (alert),
            step TEXT NOT NULL
        ) STRICT;
        CREATE INDEX critical_value_steps_by_alert ON critical_value_steps (alert);
        CREATE TRIGGER critical_value_steps_keep BEFORE UPDATE ON critical_value_steps
            BEGIN SELECT RAISE(ABORT, 'steps of critical values are never changed'); END;
        CREATE TRIGGER critical_value_steps_stay BEFORE DELETE ON critical_value_steps
            BEGIN SELECT RAISE(ABORT, 'steps of critical values are never removed'); END;
        """
}
