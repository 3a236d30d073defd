public import ECGModel
import GRDB

extension SQLiteStore {
    public func addTriageTable(
        version: String, document: String, by user: String, at time: Timestamp
    ) async throws -> StoredTriageTable {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO triage_tables (version, document, added_at, added_by) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """, arguments: [version, document, time.column, user])
            guard db.changesCount == 1 else { throw StoreError.tableExists(version) }
            return StoredTriageTable(
                edition: db.lastInsertedRowID, version: version, document: document, addedAt: time, addedBy: user)
        }
    }

    public func triageTables() async throws -> [StoredTriageTable] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT edition, version, '' AS document, added_at, added_by, in_force_since FROM triage_tables
                    ORDER BY edition DESC
                    """
            ).map(StoredTriageTable.init(row:))
        }
    }

    public func triageTable(_ edition: Int64) async throws -> StoredTriageTable? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM triage_tables WHERE edition = ?", arguments: [edition])
                .map(StoredTriageTable.init(row:))
        }
    }

    public func triageTableInForce() async throws -> StoredTriageTable? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM triage_tables WHERE in_force_since IS NOT NULL")
                .map(StoredTriageTable.init(row:))
        }
    }

    public func enforceTriageTable(_ edition: Int64?, at time: Timestamp) async throws {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE triage_tables SET in_force_since = NULL
                    WHERE in_force_since IS NOT NULL AND edition IS NOT ?
                    """, arguments: [edition])
            guard let edition else { return }
            try db.execute(
                sql: "UPDATE triage_tables SET in_force_since = ifnull(in_force_since, ?) WHERE edition = ?",
                arguments: [time.column, edition])
            guard db.changesCount == 1 else { throw StoreError.unknownTable(edition) }
        }
    }
}

extension StoredTriageTable {
    fileprivate init(row: Row) throws {
        self.init(
            edition: row["edition"], version: row["version"], document: row["document"],
            addedAt: try row.value("added_at"), addedBy: row["added_by"],
            inForceSince: try row.optionalValue("in_force_since"))
    }
}
