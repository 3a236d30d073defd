extension SchemaVersions {
    /// The waveforms of the recordings opened on one day: where each block lies in the day's ``PayloadFile``, and how far each
    /// recording goes.
    ///
    /// `extents` is the one authority on how far a recording's samples go: a block and its recording's new end are
    /// committed together, and a sealed recording takes no more.
    ///
    /// A block that arrives finds the pages of this file anywhere but in one place if each recording's blocks lie together, and
    /// every page that it changes is written twice, to the log and to the file. So `chain` has no index: its rows are
    /// appended in the order of arrival, hundreds to a page, and each names the one before it of the same recording.
    /// `extents` names the last, and `milestones` every ``WaveformTables/milestone``th, so that a search begins near its goal.
    static let waveforms = SchemaVersions(steps: [waveformsVersion1, waveformsVersion2, waveformsVersion3])

    /// `blocks` holds what was stored before version 3, payload and all, and takes nothing any more.
    private static let waveformsVersion1 = """
        CREATE TABLE extents (
            recording INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            end_sample INTEGER NOT NULL,
            last_block_at INTEGER,
            sealed_at INTEGER
        ) STRICT;

        CREATE TABLE blocks (
            recording INTEGER NOT NULL REFERENCES extents (recording),
            first_sample INTEGER NOT NULL,
            sample_count INTEGER NOT NULL CHECK (sample_count > 0),
            codec INTEGER NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (recording, first_sample)
        ) STRICT;
        """

    /// Which recordings are still open is asked again and again, and they are few among all of a day. Who wrote a
    /// recording's last block decides whether a continued one may follow.
    private static let waveformsVersion2 = """
        CREATE INDEX extents_unsealed ON extents (recording) WHERE sealed_at IS NULL;
        ALTER TABLE extents ADD COLUMN last_writer INTEGER;
        """

    private static let waveformsVersion3 = """
        -- place, length: where the block's payload lies in the payload file, in bytes.
        -- previous: the recording's block before; NULL for the first in here.
        CREATE TABLE chain (
            id INTEGER PRIMARY KEY,
            recording INTEGER NOT NULL,
            first_sample INTEGER NOT NULL,
            sample_count INTEGER NOT NULL CHECK (sample_count > 0),
            codec INTEGER NOT NULL,
            place INTEGER NOT NULL,
            length INTEGER NOT NULL,
            previous INTEGER
        ) STRICT;

        CREATE TABLE milestones (
            recording INTEGER NOT NULL,
            first_sample INTEGER NOT NULL,
            block INTEGER NOT NULL,
            PRIMARY KEY (recording, first_sample)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE extents ADD COLUMN last_block INTEGER;
        ALTER TABLE extents ADD COLUMN block_count INTEGER NOT NULL DEFAULT 0;
        """
}
