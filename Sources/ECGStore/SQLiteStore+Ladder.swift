public import ECGModel
import GRDB

extension SQLiteStore {
    public func ladder() async throws -> [LadderEntry] {
        try await read { try LadderTables(db: $0).entries() }
    }

    public func climb(_ rung: ClimbedRung, at time: Timestamp) async throws -> Bool {
        try await write { try LadderTables(db: $0).climb(rung, at: time) }
    }

    public func dueSinks(at time: Timestamp) async throws -> Set<String> {
        try await read { db in
            try String.fetchSet(
                db, sql: "SELECT DISTINCT sink FROM deliveries WHERE \(LadderTables.isDue)",
                arguments: [time.column, (time + Delivery.longestWait).column])
        }
    }

    public func claimDeliveries(
        to sink: String, limit: Int, keptForHigh: Int, attempts: Int, until: Timestamp, at time: Timestamp
    ) async throws -> [Delivery] {
        try await write {
            try LadderTables(db: $0).claim(
                to: sink, limit: limit, keptForHigh: keptForHigh, attempts: attempts, until: until, at: time)
        }
    }

    public func confirmDelivery(_ id: Int64, at time: Timestamp) async throws {
        try await write { try LadderTables(db: $0).end(id, as: .delivered, problem: nil, at: time) }
    }

    public func failDelivery(_ id: Int64, problem: String, retryAt: Timestamp?, at time: Timestamp) async throws {
        try await write { db in
            guard let retryAt else {
                return try LadderTables(db: db).end(id, as: .undelivered, problem: problem, at: time)
            }
            try db.execute(
                sql: """
                    UPDATE deliveries SET due_at = ?, problem = ?, is_in_hand = 0 WHERE id = ? AND state = 'waiting'
                    """, arguments: [retryAt.column, problem, id])
        }
    }

    public func releaseDelivery(_ claimed: Delivery, at time: Timestamp) async throws {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE deliveries SET due_at = ?, attempts = attempts - 1, is_in_hand = 0
                    WHERE id = ? AND is_in_hand = 1 AND attempts = ?
                    """, arguments: [time.column, claimed.id, claimed.attempts])
        }
    }

    public func releaseDeliveries(at time: Timestamp) async throws {
        try await write { db in
            try db.execute(
                sql: "UPDATE deliveries SET due_at = ?, is_in_hand = 0 WHERE is_in_hand = 1", arguments: [time.column])
        }
    }

    public func deliveries(of alert: AlertID) async throws -> [Delivery] {
        try await read {
            try LadderTables(db: $0).deliveries(where: "alert = ? ORDER BY id", arguments: [alert.column])
        }
    }

    public func sinkStatus(of sinks: [String]) async throws -> [SinkStatus] {
        try await read { db in try sinks.map { try LadderTables(db: db).status(of: $0) } }
    }

    public func sinkStatus(beside sinks: [String]) async throws -> [SinkStatus] {
        try await read { db in
            let tables = LadderTables(db: db)
            return try tables.troubledSinks().subtracting(sinks).sorted().map(tables.status(of:))
                .filter { $0.waiting > 0 || $0.undelivered > 0 }
        }
    }

    public func noteReaders(of hospitals: Set<String?>, presentAt time: Timestamp) async throws {
        guard !hospitals.isEmpty else { return }
        try await write { db in
            for hospital in hospitals {
                try db.execute(
                    sql: """
                        INSERT INTO reader_presences VALUES (?1, ?2)
                        ON CONFLICT (hospital) DO UPDATE SET at = CASE WHEN at > ?3 THEN ?2 ELSE max(at, ?2) END
                        """,
                    arguments: [hospital ?? "", time.column, (time + Timestamp.widestServerClocks).column])
            }
        }
    }

    public func lastReaderPresence(for hospital: String) async throws -> Timestamp? {
        try await read { try LadderTables(db: $0).lastReaderPresence(for: hospital) }
    }
}
