public import ECGModel
import GRDB

extension SQLiteStore {
    public func alert(_ id: AlertID) async throws -> Alert? {
        try await read { try AlertTables(db: $0).alert(id) }
    }

    public func alerts(_ query: AlertQuery) async throws -> [Alert] {
        guard !query.states.isEmpty else { return [] }
        // Sorted: the same question is the same statement. The queue's index answers only to its own words.
        let states = query.states.map { "'\($0.column)'" }.sorted().joined(separator: ", ")
        let isQueue = query.states == AlertQuery().states
        let inState = isQueue ? "alerts.\(AlertTables.isOpen)" : "alerts.state IN (\(states))"
        var conditions = [inState]
        var arguments: StatementArguments = []
        if let recording = query.recording {
            conditions.append("alerts.recording = (SELECT id FROM recordings WHERE uuid = ?)")
            arguments += [recording.column]
        }
        let order: String
        switch query.order {
        case .mostUrgent: order = "alerts.priority DESC, alerts.raised_at, alerts.id"
        case .newest(let before):
            order = "alerts.id DESC"
            if let before {
                conditions.append("alerts.id < ?")
                arguments += [before.column]
            }
        }
        let condition = "\(conditions.joined(separator: " AND ")) ORDER BY \(order) LIMIT ?"
        arguments += [max(0, query.limit)]
        return try await read { [arguments] in
            try AlertTables(db: $0).alerts(where: condition, arguments: arguments)
        }
    }

    public func alertEvents(after sequence: Int64, limit: Int) async throws -> [AlertEvent] {
        try await read { db in
            try AlertTables(db: db).events(
                where: "sequence > ? ORDER BY sequence LIMIT ?", arguments: [sequence, max(0, limit)])
        }
    }

    public func alertEvents(of id: AlertID) async throws -> [AlertEvent] {
        try await read { try AlertTables(db: $0).events(where: "alert = ? ORDER BY sequence", arguments: [id.column]) }
    }

    public func alertEvents(ofRecording id: RecordingID) async throws -> [AlertEvent] {
        try await read { db in
            try AlertTables(db: db).events(where: "uuid = ? ORDER BY sequence", arguments: [id.column])
        }
    }

    public func recordingsWithNews(
        ofDevice device: String, since time: Timestamp, openedSince opened: Timestamp, limit: Int
    ) async throws -> [RecordingID] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT uuid FROM recordings
                    WHERE device = ? AND opened_at >= ?
                        AND EXISTS (SELECT 1 FROM alert_events WHERE recording = recordings.id AND at >= ?)
                    ORDER BY opened_at DESC, id DESC LIMIT ?
                    """)
            let newest = try Row.fetchAll(
                statement, arguments: [device, opened.column, time.column, max(0, limit)])
            return try newest.reversed().map { try RecordingID(readFrom: $0, at: 0) }
        }
    }

    public func latestAlertEvent() async throws -> Int64 {
        try await read { try Int64.fetchOne($0, sql: "SELECT max(sequence) FROM alert_events") ?? 0 }
    }

    public func leaseAlert(
        to user: String, for duration: Duration, at time: Timestamp, audited action: String?
    ) async throws -> Alert? {
        try await write { db in
            let tables = AlertTables(db: db)
            guard let id = try tables.mostUrgent(for: user, at: time) else { return nil }
            try tables.audit(action, of: id, by: user, at: time)
            return try tables.lease(id, to: user, for: duration, at: time)
        }
    }

    public func leaseAlert(
        _ id: AlertID, to user: String, for duration: Duration, at time: Timestamp, audited action: String?
    ) async throws -> Alert {
        try await write { db in
            let tables = AlertTables(db: db)
            try tables.audit(action, of: id, by: user, at: time)
            return try tables.lease(id, to: user, for: duration, at: time)
        }
    }

    public func take(
        _ step: AlertStep, with id: AlertID, user: String?, at time: Timestamp, on terms: StepTerms
    ) async throws -> TakenStep {
        try await write { db in
            let tables = AlertTables(db: db)
            if let judged = terms.judgedPriority {
                guard try tables.existingAlert(id).priority <= judged else { throw StoreError.alertWorsened(id) }
            }
            let before = db.totalChangesCount
            let alert = try tables.advance(id, by: step, user: user, at: time)
            let taken = TakenStep(alert: alert, isNew: db.totalChangesCount != before)
            // Of two who acknowledge, the audit names the one who did.
            if taken.isNew { try tables.audit(terms.auditAction, of: id, by: user, at: time) }
            return taken
        }
    }

    public func numberAlerts(after number: Int64) async throws {
        try await write { db in
            for table in ["alerts", "alert_events"] {
                // SQLite's own account of AUTOINCREMENT, which knows a table from its first row on.
                try db.execute(
                    sql: "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", arguments: [number, table])
                guard db.changesCount == 0 else { continue }
                try db.execute(
                    sql: "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", arguments: [table, number])
            }
        }
    }

    public func queueStatus() async throws -> QueueStatus {
        try await read { db in
            var openByPriority: [AlarmPriority: Int] = [:]
            let counts = try Row.fetchAll(
                db, sql: "SELECT priority, count(*) AS n FROM alerts WHERE \(AlertTables.isOpen) GROUP BY priority")
            for row in counts { openByPriority[try row.value("priority")] = row["n"] }
            let waiting = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS n, min(raised_at) AS oldest FROM alerts WHERE \(AlertTables.isUnacknowledged)
                    """)
            return QueueStatus(
                openByPriority: openByPriority, unacknowledged: waiting?["n"] ?? 0,
                oldestUnacknowledgedAt: try waiting?.optionalValue("oldest"))
        }
    }
}

extension AlertTables {
    /// Writes down what somebody does with an alert, in the transaction that does it.
    func audit(_ action: String?, of id: AlertID, by user: String?, at time: Timestamp) throws {
        guard let action, let user else { return }
        try SharedAuditEntry(AuditEntry(at: time, actor: user, action: action, subject: "\(id)")).insert(in: db)
    }
}
