extension SchemaVersions {
    /// The main database: everything but waveforms.
    ///
    /// Times are microseconds since 1970, priorities rank from 0 (low) to 2 (high), documents are JSON; whatever a query
    /// asks for is a column of its own. Patient data stands in `recordings.patient`, in the index by which a patient's
    /// recordings are found and in `recording_courses`, and nowhere else.
    static let main = SchemaVersions(
        steps: [
            mainVersion1, mainComparison, mainTownshipsAndDrafts, mainFigures, mainCriticalValues, mainLadder,
            mainClinicUsers, mainSettings, mainEpisodes, mainProposals, mainAuditOfMany, mainAmendments,
            mainEndings, mainAbandonment, mainCompletion, mainInHand,
        ])

    private static let mainVersion1 = """
        CREATE TABLE devices (
            name TEXT NOT NULL PRIMARY KEY,
            public_key BLOB NOT NULL,
            clinic TEXT NOT NULL,
            added_at INTEGER NOT NULL,
            revoked_at INTEGER,
            last_contact_at INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE users (
            name TEXT NOT NULL PRIMARY KEY,
            role TEXT NOT NULL,
            password_hash TEXT,
            added_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE tokens (
            digest BLOB NOT NULL PRIMARY KEY,
            user TEXT NOT NULL,
            purpose TEXT NOT NULL,
            added_at INTEGER NOT NULL,
            expires_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tokens_by_user ON tokens (user);

        -- day: the waveform file that holds the recording's blocks.
        -- sample_count: set when the recording closes; until then the waveform file knows.
        CREATE TABLE recordings (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            device TEXT NOT NULL REFERENCES devices (name),
            clinic TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER,
            status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
            day TEXT NOT NULL,
            sample_count INTEGER,
            has_waveform INTEGER NOT NULL DEFAULT 1,
            header TEXT NOT NULL,
            patient TEXT NOT NULL,
            reading TEXT,
            CHECK ((status = 'closed') = (sample_count IS NOT NULL))
        ) STRICT;
        CREATE INDEX recordings_by_time ON recordings (opened_at);
        CREATE INDEX recordings_by_device ON recordings (device, opened_at);
        CREATE INDEX recordings_by_day ON recordings (day, has_waveform);
        CREATE INDEX recordings_open ON recordings (day) WHERE status = 'open';

        CREATE TABLE alerts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            recording INTEGER NOT NULL REFERENCES recordings (id),
            code TEXT NOT NULL,
            priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 2),
            state TEXT NOT NULL,
            finding TEXT NOT NULL,
            at_sample INTEGER NOT NULL,
            raised_at INTEGER NOT NULL,
            leased_by TEXT,
            leased_until INTEGER,
            delivery_count INTEGER NOT NULL DEFAULT 0,
            acknowledged_by TEXT,
            UNIQUE (recording, code)
        ) STRICT;
        CREATE INDEX alerts_in_queue ON alerts (priority DESC, raised_at, id)
            WHERE state NOT IN ('reported', 'dismissed');

        CREATE TABLE alert_events (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            alert INTEGER NOT NULL REFERENCES alerts (id),
            recording INTEGER NOT NULL REFERENCES recordings (id),
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            user TEXT,
            priority INTEGER NOT NULL,
            text TEXT
        ) STRICT;
        CREATE INDEX alert_events_by_alert ON alert_events (alert);
        CREATE INDEX alert_events_by_recording ON alert_events (recording);
        CREATE TRIGGER alert_events_keep BEFORE UPDATE ON alert_events
            BEGIN SELECT RAISE(ABORT, 'alert events are never changed'); END;
        CREATE TRIGGER alert_events_stay BEFORE DELETE ON alert_events
            BEGIN SELECT RAISE(ABORT, 'alert events are never removed'); END;

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_actor ON audit (actor);
        CREATE INDEX audit_by_subject ON audit (subject);
        CREATE TRIGGER audit_keep BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
        CREATE TRIGGER audit_stay BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;

        -- One row that a health check writes, to prove that writing still works.
        CREATE TABLE health (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            probes INTEGER NOT NULL
        ) STRICT;
        """

    /// Comparison with earlier recordings.
    private static let mainComparison = """
        -- compared_with: the earlier recordings beside which this one is judged, as a JSON array of their ids (hex),
        -- newest first; NULL until they have been chosen.
        ALTER TABLE recordings ADD COLUMN compared_with TEXT;
        CREATE INDEX recordings_by_patient
            ON recordings (clinic, json_extract(patient, '$.reference'), opened_at)
            WHERE status = 'closed' AND reading IS NOT NULL;
        """

    /// Townships, and reports that are being written.
    private static let mainTownshipsAndDrafts = """
        ALTER TABLE devices ADD COLUMN township TEXT;

        CREATE TABLE report_drafts (
            alert INTEGER NOT NULL REFERENCES alerts (id),
            author TEXT NOT NULL,
            text TEXT NOT NULL,
            saved_at INTEGER NOT NULL,
            PRIMARY KEY (alert, author)
        ) STRICT, WITHOUT ROWID;
        """
}
