import ECGModel
import GRDB

/// The ladder's tables within a transaction of the main file.
struct LadderTables {
    let db: Database

    /// The events with which a ladder begins from its foot.
    static let roundKinds = "'raised', 'worsened', 'reopened', 'raised-again', 'undone'"

    private var alerts: AlertTables { AlertTables(db: db) }

    func entries() throws -> [LadderEntry] {
        try db.rows(
            """
            SELECT open.*, began.at AS began_at,
                (SELECT max(at) FROM alert_events WHERE alert = open.id AND sequence > open.round
                    AND kind IN ('acknowledged', 'preliminary', 'submitted')) AS answered_at,
                (SELECT json_group_array(json_array(rung, sink)) FROM deliveries
                    WHERE alert = open.id AND round = open.round) AS climbed
            FROM (
                SELECT alerts.id, alerts.priority, alerts.state, recordings.clinic, devices.township,
                    (SELECT max(sequence) FROM alert_events
                        WHERE alert = alerts.id AND kind IN (\(Self.roundKinds))) AS round
                FROM alerts JOIN recordings ON recordings.id = alerts.recording
                    JOIN devices ON devices.name = recordings.device
                WHERE alerts.\(AlertTables.isOpen)
                ORDER BY alerts.priority DESC, alerts.raised_at, alerts.id
            ) AS open JOIN alert_events AS began ON began.sequence = open.round
            """, []
        ).map { row in
            let state: AlertState = try row.value("state")
            let told: [[String]] = try row.document("climbed")
            return LadderEntry(
                alert: try row.value("id"), clinic: row["clinic"], township: row["township"],
                priority: try row.value("priority"), isAcknowledged: state == .acknowledged, round: row["round"],
                roundBeganAt: try row.value("began_at"), answeredAt: try row.optionalValue("answered_at"),
                climbed: told.reduce(into: [:]) { $0[$1[0], default: []].insert($1[1]) })
        }
    }

    // MARK: Climbing

    func climb(_ rung: ClimbedRung, at time: Timestamp) throws -> Bool {
        guard try isNeeded(rung.subject), try isPresentRound(rung.subject) else { return false }
        var isClimbed = false
        for (sink, key) in rung.keys.sorted(by: { $0.key < $1.key }) {
            let isConsole = sink == Delivery.consoleSink
            try db.execute(
                sql: """
                    INSERT INTO deliveries
                        (key, alert, round, rung, who, sink, state, planned_at, due_at, attempts, ended_at, hospital,
                        ending)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?11, ?, iif(?11 IS NULL, NULL, \(Self.nextEnding)))
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    key, rung.subject.alert?.column, rung.subject.round, rung.name, rung.who, sink,
                    (isConsole ? Delivery.State.delivered : .waiting).column, time.column, time.column,
                    isConsole ? 1 : 0, isConsole ? time.column : nil, rung.subject.hospital,
                ])
            if db.changesCount > 0 { isClimbed = true }
        }
        guard isClimbed else { return false }
        if let id = rung.subject.alert {
            let alert = try alerts.existingAlert(id)
            try alerts.append(.escalated, to: id, priority: alert.priority, user: nil, at: time, text: rung.who)
        }
        return true
    }

    /// Whether somebody has still to be found.
    private func isNeeded(_ subject: LadderSubject) throws -> Bool {
        switch subject {
        case .alert(let id, _):
            guard let alert = try alerts.alert(id) else { return false }
            return alert.state.isOpen && alert.state != .acknowledged
        case .nobodyThere(let hospital, let since):
            return try lastReaderPresence(for: hospital).map { $0 <= since } ?? true
        }
    }

    private func isPresentRound(_ subject: LadderSubject) throws -> Bool {
        guard case .alert(let id, let round) = subject else { return true }
        return try presentRound(of: id) == round
    }

    /// The sequence of the event with which the alert's ladder began from its foot.
    func presentRound(of alert: AlertID) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT max(sequence) FROM alert_events WHERE alert = ? AND kind IN (\(Self.roundKinds))"),
            arguments: [alert.column])
    }

    /// One who reads for every hospital is there for each.
    func lastReaderPresence(for hospital: String) throws -> Timestamp? {
        try Row.fetchOne(
            db, sql: "SELECT max(at) AS at FROM reader_presences WHERE hospital IN ('', ?)", arguments: [hospital]
        ).flatMap { try $0.optionalValue("at") }
    }

    // MARK: Delivering

    /// The arguments are the time, and ``Delivery/longestWait`` after it.
    static let isDue = "state = 'waiting' AND (due_at <= ? OR due_at > ?)"

    func deliveries(where condition: String, arguments: StatementArguments) throws -> [Delivery] {
        try Row.fetchAll(db, sql: "SELECT * FROM deliveries WHERE \(condition)", arguments: arguments)
            .map(Delivery.init(row:))
    }

    func claim(
        to sink: String, limit: Int, keptForHigh: Int, attempts: Int, until: Timestamp, at time: Timestamp
    ) throws -> [Delivery] {
        func waiting(_ urgency: String, limit: Int) throws -> [Delivery] {
            try deliveries(
                where: "sink = ? AND \(Self.isDue) AND \(urgency) ORDER BY \(Self.urgency) DESC, due_at, id LIMIT ?",
                arguments: [sink, time.column, (time + Delivery.longestWait).column, max(0, limit)])
        }
        let high = AlarmPriority.high.column
        var due = try waiting("\(Self.urgency) >= \(high)", limit: limit)
        due += try waiting("\(Self.urgency) < \(high)", limit: limit - due.count - keptForHigh)
        return try due.compactMap { delivery in
            if try !isNeeded(delivery.subject) {
                try end(delivery.id, as: .withdrawn, problem: delivery.problem, at: time)
            } else if delivery.attempts >= attempts {
                try end(
                    delivery.id, as: .undelivered,
                    problem: delivery.problem ?? "the server ended during the last attempt, or the sink is gone",
                    at: time)
            } else {
                try db.execute(
                    sql: "UPDATE deliveries SET attempts = attempts + 1, due_at = ?, is_in_hand = 1 WHERE id = ?",
                    arguments: [until.column, delivery.id])
            }
            return try deliveries(where: "id = ?", arguments: [delivery.id]).first
        }
    }

    /// That of the alert as it is now; that nobody is there may keep any alert from being seen.
    private static let urgency =
        "ifnull((SELECT priority FROM alerts WHERE alerts.id = deliveries.alert), \(AlarmPriority.high.column))"

    private static let nextEnding = "(SELECT ifnull(max(ending), 0) + 1 FROM deliveries)"

    /// Ends a delivery, once; what arrived and what did not is told in the alert's history.
    func end(_ id: Int64, as state: Delivery.State, problem: String?, at time: Timestamp) throws {
        try db.execute(
            sql: """
                UPDATE deliveries
                SET state = ?, ended_at = ?, ending = \(Self.nextEnding), problem = ?, is_in_hand = 0
                WHERE id = ? AND state = 'waiting'
                """,
            arguments: [state.column, time.column, problem, id])
        guard db.changesCount == 1, let delivery = try deliveries(where: "id = ?", arguments: [id]).first,
            let alertID = delivery.subject.alert, state != .withdrawn
        else { return }
        let alert = try alerts.existingAlert(alertID)
        try alerts.append(
            state == .delivered ? .told : .undelivered, to: alertID, priority: alert.priority, user: nil, at: time,
            text: "\(delivery.who), \(delivery.sink)" + (problem.map { ": \($0)" } ?? ""))
    }

    /// By which a message waits, or was given up about an alert that still waits for somebody.
    func troubledSinks() throws -> Set<String> {
        try String.fetchSet(
            db,
            sql: """
                SELECT sink FROM deliveries WHERE state = 'waiting'
                UNION
                SELECT deliveries.sink FROM (SELECT id FROM alerts WHERE \(AlertTables.isUnacknowledged)) AS open
                    JOIN deliveries ON deliveries.alert = open.id
                    WHERE deliveries.state = 'undelivered'
                """)
    }

    func status(of sink: String) throws -> SinkStatus {
        let lastArrival =
            try Int64.fetchOne(
                db, sql: "SELECT max(ending) FROM deliveries WHERE sink = ? AND state = 'delivered'",
                arguments: [sink]) ?? 0
        let waiting = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS n, min(planned_at) AS oldest FROM deliveries WHERE sink = ? AND state = 'waiting'
                """, arguments: [sink])
        let undelivered = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM deliveries WHERE sink = ? AND state = 'undelivered' AND ending > ?",
            arguments: [sink, lastArrival])
        let problem = try String.fetchOne(
            db,
            sql: """
                SELECT problem FROM deliveries WHERE sink = ?1 AND problem IS NOT NULL
                    AND (state = 'waiting' OR state = 'undelivered' AND ending > ?2)
                ORDER BY id DESC LIMIT 1
                """, arguments: [sink, lastArrival])
        return SinkStatus(
            sink: sink, waiting: waiting?["n"] ?? 0, oldestWaitingSince: try waiting?.optionalValue("oldest"),
            undelivered: undelivered ?? 0, problem: problem)
    }
}

extension Delivery {
    init(row: Row) throws {
        let alert: AlertID? = try row.optionalValue("alert")
        let round: Int64 = row["round"]
        self.init(
            id: row["id"], key: row["key"],
            subject: alert.map { .alert($0, round: round) }
                ?? .nobodyThere(
                    hospital: row["hospital"] as String? ?? "", since: Timestamp(microsecondsSince1970: round)),
            rung: row["rung"], who: row["who"], sink: row["sink"], state: try row.value("state"),
            plannedAt: try row.value("planned_at"), dueAt: try row.value("due_at"), attempts: row["attempts"],
            endedAt: try row.optionalValue("ended_at"), problem: row["problem"])
    }
}
