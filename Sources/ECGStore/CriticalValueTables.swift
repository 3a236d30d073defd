public import ECGModel
import GRDB

/// Critical values within a transaction of the main file.
extension AlertTables {
    static let isOpenCriticalValue = "state NOT IN ('recorded', 'withdrawn')"

    func criticalValue(of id: AlertID) throws -> CriticalValue? {
        let steps = try Row.fetchAll(
            db, sql: "SELECT step FROM critical_value_steps WHERE alert = ? ORDER BY id", arguments: [id.column]
        ).map { try $0.document("step", as: CriticalValue.Step.self) }
        guard !steps.isEmpty else { return nil }
        guard let value = CriticalValue(of: id, steps: steps) else { throw StoreError.unreadable(column: "step") }
        return value
    }

    /// Makes an alert a critical value; one that is open stays as it is, one that has ended begins anew.
    @discardableResult
    func openCriticalValue(
        of id: AlertID, _ origin: CriticalValue.Origin, text: String? = nil, user: String?, at time: Timestamp
    ) throws -> (value: CriticalValue, isNew: Bool) {
        if var known = try criticalValue(of: id) {
            let isNew = try take(.opened(origin, text: text), with: &known, user: user, at: time)
            return (known, isNew)
        }
        let value = CriticalValue(of: id, origin: origin, text: text, at: time, by: user)
        try db.execute(
            sql: "INSERT INTO critical_values (alert, state, opened_at, since) VALUES (?, ?, ?, ?)",
            arguments: [id.column, value.state.column, value.openedAt.column, value.since.column])
        try append(value.steps[0], to: id)
        return (value, true)
    }

    /// Takes a step, or finds that it was just taken.
    func take(
        _ kind: CriticalValue.Step.Kind, with value: inout CriticalValue, user: String?, at time: Timestamp
    ) throws -> Bool {
        let step = CriticalValue.Step(kind, at: time, by: user)
        do {
            guard try value.take(step) else { return false }
        } catch {
            throw StoreError.criticalValue(value.alert, error)
        }
        try append(step, to: value.alert)
        try db.execute(
            sql: "UPDATE critical_values SET state = ?, opened_at = ?, since = ? WHERE alert = ?",
            arguments: [
                value.state.column, value.openedAt.column, value.since.column, value.alert.column,
            ])
        return true
    }

    private func append(_ step: CriticalValue.Step, to id: AlertID) throws {
        try db.execute(
            sql: "INSERT INTO critical_value_steps (alert, step) VALUES (?, ?)",
            arguments: [id.column, try Document.encode(step)])
    }

    /// What a report or a dismissal means for the critical value: a high alert that is confirmed is one; what proves false
    /// is none, unless somebody was told already, who then has to be told of that.
    func concludeCriticalValue(
        of alert: Alert, _ conclusion: ReportConclusion?, reason: String, user: String?, at time: Timestamp
    ) throws {
        let isFalse = alert.state == .dismissed || conclusion == .notConfirmed
        if !isFalse, conclusion == .confirmed, alert.priority == .high {
            try openCriticalValue(of: alert.id, .report, user: user, at: time)
        }
        guard isFalse, var value = try criticalValue(of: alert.id), value.state == .toNotify else { return }
        _ = try take(.withdrawn(reason: reason), with: &value, user: user, at: time)
    }

    /// A dismissal that is taken back brings back what it withdrew, and nothing that was withdrawn before it.
    func restoreCriticalValue(
        of id: AlertID, withdrawnBy dismissal: AlertEvent, user: String?, at time: Timestamp
    ) throws {
        // A step is kept as a document, an event's time to the microsecond.
        guard var value = try criticalValue(of: id), value.state == .withdrawn,
            value.since.isSameMillisecond(as: dismissal.at)
        else { return }
        _ = try take(.undone(of: nil), with: &value, user: user, at: time)
    }
}

extension SQLiteStore {
    public func criticalValue(of alert: AlertID) async throws -> CriticalValue? {
        try await read { try AlertTables(db: $0).criticalValue(of: alert) }
    }

    public func criticalValues(_ query: CriticalValueQuery) async throws -> [CriticalValue] {
        try await read { db in
            let tables = AlertTables(db: db)
            let newest = "opened_at DESC, alert DESC"
            let sql =
                query.onlyOpen
                ? """
                SELECT alert FROM (
                    SELECT alert, opened_at FROM critical_values WHERE \(AlertTables.isOpenCriticalValue)
                    ORDER BY state <> 'to-notify', \(newest) LIMIT ?
                ) ORDER BY opened_at, alert
                """
                : "SELECT alert FROM critical_values ORDER BY \(newest) LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: [max(0, query.limit)])
                .compactMap { try tables.criticalValue(of: try $0.value("alert")) }
        }
    }

    public func criticalValueQueue(
        at time: Timestamp, by deadlines: CriticalValueDeadlines
    ) async throws -> CriticalValueQueue {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT state, count(*) AS open, sum(since < CASE state
                        WHEN 'to-notify' THEN ?1 WHEN 'notified' THEN ?2 ELSE ?3 END) AS overdue
                    FROM critical_values WHERE \(AlertTables.isOpenCriticalValue) GROUP BY state
                    """,
                arguments: [
                    (time + (.zero - deadlines.notification)).column, (time + (.zero - deadlines.handling)).column,
                    (time + (.zero - deadlines.recording)).column,
                ])
            var queue = CriticalValueQueue()
            for row in rows {
                let state: CriticalValue.State = try row.value("state")
                queue.open[state] = row["open"]
                queue.overdue[state] = row["overdue"]
            }
            return queue
        }
    }

    public func openCriticalValue(
        of alert: AlertID, text: String, user: String, at time: Timestamp, audited action: String?
    ) async throws -> CriticalValue {
        try await write { db in
            let tables = AlertTables(db: db)
            let known = try tables.existingAlert(alert)
            let opened = try tables.openCriticalValue(of: alert, .reader, text: text, user: user, at: time)
            if opened.isNew {
                try tables.tell(of: opened.value, priority: known.priority, user: user, at: time)
                try tables.audit(action, of: alert, by: user, at: time)
            }
            return opened.value
        }
    }

    public func advanceCriticalValue(
        of alert: AlertID, by step: CriticalValue.Step.Kind, user: String, at time: Timestamp, audited action: String?
    ) async throws -> CriticalValue {
        try await write { db in
            let tables = AlertTables(db: db)
            let known = try tables.existingAlert(alert)
            guard var value = try tables.criticalValue(of: alert) else { throw StoreError.noCriticalValue(alert) }
            if try tables.take(step, with: &value, user: user, at: time) {
                try tables.tell(of: value, priority: known.priority, user: user, at: time)
                try tables.audit(action, of: alert, by: user, at: time)
            }
            return value
        }
    }
}

extension AlertTables {
    /// Other screens hear of it by the alert's events.
    fileprivate func tell(
        of value: CriticalValue, priority: AlarmPriority, user: String, at time: Timestamp
    ) throws {
        try append(
            .criticalValue, to: value.alert, priority: priority, user: user, at: time, text: value.state.rawValue)
    }
}
