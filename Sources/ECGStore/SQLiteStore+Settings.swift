public import ECGModel
import GRDB

extension SQLiteStore {
    public func addSettings(
        _ change: SettingsChange, after edition: Int64, at time: Timestamp
    ) async throws -> StoredSettings {
        try await write { db in
            let newest = try Int64.fetchOne(db, sql: "SELECT max(edition) FROM site_settings") ?? 0
            guard newest == edition else { throw StoreError.settingsChanged(newest) }
            try db.execute(
                sql: "INSERT INTO site_settings (document, digest, at, changed_by, copy_of) VALUES (?, ?, ?, ?, ?)",
                arguments: [change.document, change.digest, time.column, change.changedBy, change.copyOf])
            return StoredSettings(
                edition: db.lastInsertedRowID, document: change.document, digest: change.digest, at: time,
                changedBy: change.changedBy, copyOf: change.copyOf)
        }
    }

    public func settingsVersions(limit: Int) async throws -> [StoredSettings] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT edition, '' AS document, digest, at, changed_by, copy_of FROM site_settings
                    ORDER BY edition DESC LIMIT ?
                    """, arguments: [max(0, limit)]
            ).map(StoredSettings.init(row:))
        }
    }

    public func settings(_ edition: Int64) async throws -> StoredSettings? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM site_settings WHERE edition = ?", arguments: [edition])
                .map(StoredSettings.init(row:))
        }
    }

    public func newestSettings() async throws -> StoredSettings? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM site_settings ORDER BY edition DESC LIMIT 1")
                .map(StoredSettings.init(row:))
        }
    }
}

extension StoredSettings {
    fileprivate init(row: Row) throws {
        self.init(
            edition: row["edition"], document: row["document"], digest: row["digest"], at: try row.value("at"),
            changedBy: row["changed_by"], copyOf: row["copy_of"])
    }
}
