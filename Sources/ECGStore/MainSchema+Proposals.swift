extension SchemaVersions {
    /// What is known of a condition by its time in the recording and its worst, instead of by the number that one analysis
    /// gave its episode: another table or version of the software counts differently.
    static let mainProposals = """
        -- proposed_until: the sample of the newest proposal that was taken; worst: the highest priority ever proposed.
        ALTER TABLE alerts ADD COLUMN proposed_until INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE alerts ADD COLUMN worst INTEGER NOT NULL DEFAULT 0;
        UPDATE alerts SET proposed_until = at_sample, worst = priority;
        ALTER TABLE alerts DROP COLUMN episode;
        """
}
