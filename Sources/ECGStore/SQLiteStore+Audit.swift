public import ECGModel
import GRDB

extension SQLiteStore {
    public func appendAudit(_ entry: AuditEntry) async throws {
        try await write { db in
            try entry.insert(in: db)
        }
    }

    public func appendAudit(_ entries: [AuditEntry], unlessSince time: Timestamp) async throws {
        // Asked before the write, so that a list which shows what it showed before costs no transaction.
        let fresh = try await read { db in
            let known = try db.cachedStatement(
                sql: """
                    SELECT 1 FROM audit
                    WHERE subject = ? AND actor = ? AND action = ? AND at >= ? LIMIT 1
                    """)
            return try entries.filter { entry in
                try Row.fetchOne(
                    known, arguments: [entry.subject, entry.actor, entry.action, time.column]) == nil
            }
        }
        guard !fresh.isEmpty else { return }
        try await write { db in
            for entry in fresh { try entry.insert(in: db) }
        }
    }

    /// Of one patient's recordings the newest so many are looked for: years of daily ECG.
    private static let recordingsOfPatient = 1000

    public func audit(_ query: AuditQuery) async throws -> [AuditEntry] {
        try await read { db in
            var conditions = ["1"]
            var arguments = StatementArguments()
            func require(_ condition: String, _ values: (any DatabaseValueConvertible)...) {
                conditions.append(condition)
                arguments += StatementArguments(values)
            }
            if let actor = query.actor { require("actor = ?", actor) }
            if let subject = query.subject { require("subject = ?", subject) }
            if let action = query.action {
                // The byte after the dot: what begins with the name and a dot lies between the two.
                require("(action = ? OR (action >= ? AND action < ?))", action, "\(action).", "\(action)/")
            }
            if let since = query.since { require("at >= ?", since.column) }
            if let before = query.before { require("at < ?", before.column) }
            if let patient = query.patient {
                let found = try Self.subjects(of: patient, in: db)
                guard !found.recordings.isEmpty else { return [] }
                func list(_ texts: [String]) -> String { texts.map { "'\($0)'" }.joined(separator: ", ") }
                // Ids are hexadecimal or decimal digits: nothing in them ends a literal.
                require(
                    """
                    subject IN (\(list(found.recordings + found.alerts))) AND
                        (subject IN (\(list(found.recordings))) OR action GLOB 'alert.*')
                    """)
            }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT at, actor, action, subject FROM audit WHERE \(conditions.joined(separator: " AND "))
                    ORDER BY id DESC LIMIT ?
                    """, arguments: arguments + [max(0, query.limit)]
            ).map { row in
                AuditEntry(
                    at: try row.value("at"), actor: row["actor"], action: row["action"], subject: row["subject"])
            }
        }
    }

    private static func subjects(
        of patient: String, in db: Database
    ) throws -> (recordings: [String], alerts: [String]) {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT recordings.id, uuid FROM recording_courses JOIN recordings ON recordings.id = recording
                WHERE reference = ? ORDER BY recording_courses.opened_at DESC LIMIT ?
                """, arguments: [patient, recordingsOfPatient])
        let recordings = try rows.map { try $0.value("uuid", as: RecordingID.self).description }
        let numbers = rows.map { row -> Int64 in row["id"] }
        let alerts = try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM alerts WHERE recording IN (\(numbers.map(String.init).joined(separator: ", ")))
                """)
        return (recordings, alerts.map(String.init))
    }
}

extension AuditEntry {
    fileprivate func insert(in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO audit (at, actor, action, subject) VALUES (?, ?, ?, ?)")
            .execute(arguments: [at.column, actor, action, subject])
    }
}
