extension SchemaVersions {
    /// Deliveries know in which order they ended.
    static let mainEndings = """
        -- ending: the place of a delivery's end among all ends; clocks that are set say nothing of it.
        ALTER TABLE deliveries ADD COLUMN ending INTEGER;
        UPDATE deliveries SET ending = ended.place FROM (
            SELECT id, row_number() OVER (ORDER BY ended_at, id) AS place FROM deliveries WHERE ended_at IS NOT NULL
        ) AS ended WHERE ended.id = deliveries.id;

        DROP INDEX deliveries_by_sink;
        CREATE INDEX deliveries_by_sink ON deliveries (sink, state, ending);
        CREATE INDEX deliveries_by_ending ON deliveries (ending);
        """
}
