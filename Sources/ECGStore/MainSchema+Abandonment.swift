extension SchemaVersions {
    /// Recordings that the server closed because their device was away, and that go on when it comes back.
    static let mainAbandonment = """
        -- is_abandoned: whether the server closed it, and not its device. resumed_at: how many samples it had when it was opened
        -- again; NULL if it never was.
        ALTER TABLE recordings ADD COLUMN is_abandoned INTEGER NOT NULL DEFAULT 0 CHECK (is_abandoned IN (0, 1));
        ALTER TABLE recordings ADD COLUMN resumed_at INTEGER;

        -- Of those that were closed before only the audit tells.
        UPDATE recordings SET is_abandoned = 1
            WHERE status = 'closed' AND lower(hex(uuid)) IN (
                SELECT replace(lower(subject), '-', '') FROM audit WHERE action = 'recording.abandoned');
        """
}
