extension SchemaVersions {
    /// What the hospital's figures and its view of the network ask: places of devices, their software and clocks, and one
    /// narrow row a recording.
    static let mainFigures = """
        ALTER TABLE devices ADD COLUMN latitude REAL;
        ALTER TABLE devices ADD COLUMN longitude REAL;
        ALTER TABLE devices ADD COLUMN software TEXT;
        -- Microseconds of the device's clock minus the server's.
        ALTER TABLE devices ADD COLUMN clock_offset INTEGER;
        ALTER TABLE recordings ADD COLUMN clock_offset INTEGER;
        ALTER TABLE users ADD COLUMN disabled_at INTEGER;

        -- What is counted of a recording, beside the row with its documents: a year is read in one sweep without them.
        -- The triggers alone write it. duration is in microseconds.
        CREATE TABLE recording_courses (
            recording INTEGER PRIMARY KEY REFERENCES recordings (id),
            device TEXT NOT NULL,
            clinic TEXT NOT NULL,
            reference TEXT,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER,
            device_time INTEGER,
            clock_offset INTEGER,
            first_contact_at INTEGER,
            duration INTEGER,
            quality TEXT
        ) STRICT;
        CREATE INDEX recording_courses_by_time ON recording_courses (opened_at);
        CREATE INDEX recording_courses_by_patient
            ON recording_courses (reference, clinic, first_contact_at, opened_at) WHERE reference IS NOT NULL;

        INSERT INTO recording_courses
            SELECT id, device, clinic, json_extract(patient, '$.reference'), opened_at, closed_at,
                \(microseconds(of: "json_extract(header, '$.deviceTime')")), clock_offset,
                \(microseconds(of: "json_extract(patient, '$.firstMedicalContact')")),
                \(duration(of: "recordings")), json_extract(reading, '$.quality.verdict')
            FROM recordings;
        CREATE TRIGGER recording_courses_begin AFTER INSERT ON recordings BEGIN
            INSERT INTO recording_courses
                VALUES (
                    new.id, new.device, new.clinic, json_extract(new.patient, '$.reference'), new.opened_at,
                    new.closed_at, \(microseconds(of: "json_extract(new.header, '$.deviceTime')")), new.clock_offset,
                    \(microseconds(of: "json_extract(new.patient, '$.firstMedicalContact')")),
                    \(duration(of: "new")), json_extract(new.reading, '$.quality.verdict'));
        END;
        CREATE TRIGGER recording_courses_end AFTER UPDATE OF closed_at, sample_count, reading ON recordings BEGIN
            UPDATE recording_courses SET closed_at = new.closed_at, duration = \(duration(of: "new")),
                quality = json_extract(new.reading, '$.quality.verdict')
            WHERE recording = new.id;
        END;

        CREATE INDEX audit_by_time ON audit (at);

        -- Triage tables that the site has had. At most one is in force; without one it is the server's own.
        CREATE TABLE triage_tables (
            edition INTEGER PRIMARY KEY AUTOINCREMENT,
            version TEXT NOT NULL UNIQUE,
            document TEXT NOT NULL,
            added_at INTEGER NOT NULL,
            added_by TEXT NOT NULL,
            in_force_since INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX triage_table_in_force ON triage_tables (in_force_since IS NOT NULL)
            WHERE in_force_since IS NOT NULL;
        """

    /// Microseconds since 1970 of a time as documents write it, with three digits of the second.
    static func microseconds(of time: String) -> String {
        "CAST(strftime('%s', \(time)) AS INTEGER) * 1000000 + CAST(substr(\(time), 21, 3) AS INTEGER) * 1000"
    }

    private static func duration(of row: String) -> String {
        "CAST(\(row).sample_count * 1e6 / json_extract(\(row).header, '$.samplingRate') AS INTEGER)"
    }
}
