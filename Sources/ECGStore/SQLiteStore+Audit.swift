public import ECGModel
import Foundation
import GRDB

extension SQLiteStore {
    public func appendAudit(_ entry: AuditEntry) async throws {
        try await write { db in
            try SharedAuditEntry(entry).insert(in: db)
        }
    }

    public func appendAudit(_ entries: [AuditEntry], unlessSince time: Timestamp) async throws {
        let shared = SharedAuditEntry.gather(entries)
        // Asked before the write, so that a list which shows what it showed before costs no transaction.
        let fresh = try await read { db in
            let known = try db.cachedStatement(
                sql: "SELECT actor, others FROM audit WHERE subject = ? AND action = ? AND at >= ?")
            return try shared.compactMap { entry in
                var noted: Set<String> = []
                let rows = try Row.fetchCursor(known, arguments: [entry.subject, entry.action, time.column])
                while let row = try rows.next() { noted.formUnion(try SharedAuditEntry.actors(of: row)) }
                return entry.without(noted)
            }
        }
        guard !fresh.isEmpty else { return }
        try await write { db in
            for entry in fresh { try entry.insert(in: db) }
        }
    }

    /// Of one patient's recordings the newest so many are looked for: years of daily ECG.
    private static let recordingsOfPatient = 1000

    public func auditPage(_ query: AuditQuery) async throws -> AuditPage {
        try await read { db in
            var conditions = ["1"]
            var arguments = StatementArguments()
            func require(_ condition: String, _ values: (any DatabaseValueConvertible)...) {
                conditions.append(condition)
                arguments += StatementArguments(values)
            }
            if let subject = query.subject { require("subject = ?", subject) }
            if let action = query.action {
                // The byte after the dot: what begins with the name and a dot lies between the two.
                require("(action = ? OR (action >= ? AND action < ?))", action, "\(action).", "\(action)/")
            }
            if let since = query.since { require("at >= ?", since.column) }
            if let before = query.before { require("at < ?", before.column) }
            if let entry = query.beforeEntry { require("id < ?", entry) }
            if let patient = query.patient {
                let found = try Self.subjects(of: patient, in: db)
                guard !found.recordings.isEmpty else { return AuditPage(entries: []) }
                func list(_ texts: [String]) -> String { texts.map { "'\($0)'" }.joined(separator: ", ") }
                // Ids are hexadecimal or decimal digits: nothing in them ends a literal.
                require(
                    """
                    subject IN (\(list(found.recordings + found.alerts))) AND
                        (subject IN (\(list(found.recordings))) OR action GLOB 'alert.*')
                    """)
            }
            let limit = max(0, query.limit)
            // One more than is shown tells whether these are all.
            func rows(where more: String, _ values: StatementArguments) throws -> [Row] {
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT id, at, actor, action, subject, others FROM audit
                        WHERE \((conditions + [more]).joined(separator: " AND ")) ORDER BY id DESC LIMIT ?
                        """, arguments: arguments + values + [limit + 1])
            }
            func page(of found: [Row], _ entries: (SharedAuditEntry) -> [AuditEntry]) throws -> AuditPage {
                var page = AuditPage(entries: [])
                var shown = 0
                for row in found where page.entries.count < limit {
                    page.entries += entries(try SharedAuditEntry(row))
                    shown += 1
                }
                if shown < found.count, shown > 0 { page.next = found[shown - 1]["id"] }
                return page
            }
            guard let actor = query.actor else { return try page(of: rows(where: "1", []), \.entries) }
            // Two questions, each with an index of its own; one for both would read the whole table.
            let own = try rows(where: "actor = ?", [actor])
            let asOneOfMany = try rows(
                where: "others IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(others) WHERE value = ?)", [actor])
            let newest = (own + asOneOfMany).sorted { $0["id"] as Int64 > $1["id"] }
            return try page(of: newest) { [$0.entry(of: actor)] }
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
