extension SchemaVersions {
    /// Users of a clinic, who see its own recordings only.
    static let mainClinicUsers = """
        ALTER TABLE users ADD COLUMN clinic TEXT;
        CREATE INDEX recordings_by_clinic ON recordings (clinic, opened_at);
        """
}
