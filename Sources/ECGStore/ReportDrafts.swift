public import ECGModel
import GRDB

extension SQLiteStore {
    public func saveDraft(_ draft: ReportDraft) async throws {
        try await write { db in
            let alert = try AlertTables(db: db).existingAlert(draft.alert)
            guard alert.state.isOpen else { throw StoreError.alertClosed(draft.alert) }
            try db.execute(
                sql: """
                    INSERT INTO report_drafts (alert, author, text, saved_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT (alert, author) DO UPDATE SET text = excluded.text, saved_at = excluded.saved_at
                    """,
                arguments: [draft.alert.column, draft.author, draft.text, draft.savedAt.column])
        }
    }

    public func draft(of alert: AlertID, by author: String) async throws -> ReportDraft? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM report_drafts WHERE alert = ? AND author = ?",
                arguments: [alert.column, author]
            ).map { row in
                ReportDraft(
                    alert: try row.value("alert"), author: row["author"], text: row["text"],
                    savedAt: try row.value("saved_at"))
            }
        }
    }
}

extension AlertTables {
    /// What was being written, by whomever, was of something else.
    func removeDrafts(of alert: AlertID) throws {
        try db.execute(sql: "DELETE FROM report_drafts WHERE alert = ?", arguments: [alert.column])
    }

    /// What was being written is finished, or will not be.
    func removeDraft(of alert: AlertID, by author: String) throws {
        try db.execute(
            sql: "DELETE FROM report_drafts WHERE alert = ? AND author = ?", arguments: [alert.column, author])
    }
}
