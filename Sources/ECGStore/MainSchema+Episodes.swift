extension SchemaVersions {
    /// Conditions that come back within a recording, and readings of a part of one.
    static let mainEpisodes = """
        -- episode: the newest of the condition's episodes that was proposed.
        ALTER TABLE alerts ADD COLUMN episode INTEGER NOT NULL DEFAULT 1;
        -- reading_samples: the number of samples that the reading is of.
        ALTER TABLE recordings ADD COLUMN reading_samples INTEGER;
        """
}
