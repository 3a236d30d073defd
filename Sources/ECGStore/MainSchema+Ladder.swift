extension SchemaVersions {
    /// The ladder's messages, and when a reader was last there.
    static let mainLadder = """
        -- One row a message that has to reach somebody: alert (NULL: that nobody is there), round, rung and sink.
        -- key: the same for every attempt. due_at: when to try next, or when to try again if the one who tries dies.
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            alert INTEGER REFERENCES alerts (id),
            round INTEGER NOT NULL,
            rung TEXT NOT NULL,
            who TEXT NOT NULL,
            sink TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'undelivered', 'withdrawn')),
            planned_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            ended_at INTEGER,
            problem TEXT,
            CHECK ((state = 'waiting') = (ended_at IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX deliveries_once ON deliveries (ifnull(alert, 0), round, rung, sink);
        CREATE INDEX deliveries_waiting ON deliveries (sink, due_at) WHERE state = 'waiting';
        CREATE INDEX deliveries_by_alert ON deliveries (alert);
        CREATE INDEX deliveries_by_sink ON deliveries (sink, state, ended_at);

        CREATE TABLE reader_presence (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            at INTEGER NOT NULL
        ) STRICT;
        """
}
