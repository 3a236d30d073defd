extension SchemaVersions {
    /// The versions of the site's settings; whom a hospital's readers are there for; since when a critical value waits.
    static let mainSettings = """
        -- changed_by: NULL where the file was changed on the server. copy_of: the edition that was brought back.
        -- digest: tells a change of the file apart, also of what the document leaves out.
        CREATE TABLE site_settings (
            edition INTEGER PRIMARY KEY AUTOINCREMENT,
            document TEXT NOT NULL,
            digest TEXT NOT NULL,
            at INTEGER NOT NULL,
            changed_by TEXT,
            copy_of INTEGER REFERENCES site_settings (edition)
        ) STRICT;
        CREATE TRIGGER site_settings_keep BEFORE UPDATE ON site_settings
            BEGIN SELECT RAISE(ABORT, 'versions of the settings are never changed'); END;
        CREATE TRIGGER site_settings_stay BEFORE DELETE ON site_settings
            BEGIN SELECT RAISE(ABORT, 'versions of the settings are never removed'); END;

        -- hospital: NULL for readers of every hospital, and for messages about an alert.
        ALTER TABLE users ADD COLUMN hospital TEXT;
        ALTER TABLE deliveries ADD COLUMN hospital TEXT;
        DROP INDEX deliveries_once;
        CREATE UNIQUE INDEX deliveries_once ON deliveries (ifnull(alert, 0), round, rung, sink, ifnull(hospital, ''));

        -- hospital: '' for readers of every hospital.
        CREATE TABLE reader_presences (
            hospital TEXT NOT NULL PRIMARY KEY,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO reader_presences SELECT '', at FROM reader_presence;
        DROP TABLE reader_presence;

        -- since: when it came to its state. Of those that were open before, when it was opened.
        ALTER TABLE critical_values ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
        UPDATE critical_values SET since = opened_at;
        """
}
