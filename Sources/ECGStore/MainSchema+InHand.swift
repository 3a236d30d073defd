extension SchemaVersions {
    /// Deliveries know whether a server has them in hand.
    static let mainInHand = """
        -- is_in_hand: whether an attempt was begun of whose end nothing is known yet.
        ALTER TABLE deliveries ADD COLUMN is_in_hand INTEGER NOT NULL DEFAULT 0 CHECK (is_in_hand IN (0, 1));
        CREATE INDEX deliveries_in_hand ON deliveries (id) WHERE is_in_hand = 1;
        """
}
