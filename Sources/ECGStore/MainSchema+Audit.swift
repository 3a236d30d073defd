extension SchemaVersions {
    /// One row for all who were shown the same at the same time: two hundred screens that follow the queue are two hundred looks
    /// at every alert's patient.
    static let mainAuditOfMany = """
        -- others: a JSON array of the names of whom the entry holds beside its actor.
        ALTER TABLE audit ADD COLUMN others TEXT;
        CREATE INDEX audit_of_many ON audit (id) WHERE others IS NOT NULL;
        """
}
