import ECGModel
import GRDB

/// The alert queue and its history within a transaction of the main file.
struct AlertTables {
    let db: Database

    /// Open alerts by this very expression, which is the one the queue's index is built on.
    static let isOpen = "state NOT IN ('reported', 'dismissed')"
    static let isUnacknowledged = "\(isOpen) AND state <> 'acknowledged'"

    private static let selection = """
        SELECT alerts.id, recordings.uuid, recordings.device, recordings.clinic, alerts.priority, alerts.state,
            alerts.finding, alerts.at_sample, alerts.raised_at, alerts.leased_by, alerts.leased_until,
            alerts.delivery_count, alerts.acknowledged_by, alerts.submitted_by, alerts.amending
        FROM alerts JOIN recordings ON recordings.id = alerts.recording
        """

    func alerts(where condition: String, arguments: StatementArguments) throws -> [Alert] {
        try db.rows("\(Self.selection) WHERE \(condition)", arguments).map(Self.alert)
    }

    func alert(_ id: AlertID) throws -> Alert? {
        try alerts(where: "alerts.id = ?", arguments: [id.column]).first
    }

    /// The alert, or ``StoreError/unknownAlert(_:)``.
    func existingAlert(_ id: AlertID) throws -> Alert {
        guard let alert = try alert(id) else { throw StoreError.unknownAlert(id) }
        return alert
    }

    private static func alert(_ row: Row) throws -> Alert {
        Alert(
            id: try row.value("id"), recording: try row.value("uuid"), device: row["device"], clinic: row["clinic"],
            priority: try row.value("priority"), state: try row.value("state"),
            finding: try row.document("finding"), atSample: row["at_sample"], raisedAt: try row.value("raised_at"),
            leasedBy: row["leased_by"], leasedUntil: try row.optionalValue("leased_until"),
            deliveryCount: row["delivery_count"], acknowledgedBy: row["acknowledged_by"],
            submittedBy: row["submitted_by"], isAmendment: row["amending"] ? true : nil)
    }

    /// Writes what can change in an alert's life.
    func update(_ alert: Alert) throws {
        try db.run(
            """
            UPDATE alerts SET priority = ?, state = ?, finding = ?, at_sample = ?, raised_at = ?, leased_by = ?,
                leased_until = ?, delivery_count = ?, acknowledged_by = ?, submitted_by = ?, amending = ?
            WHERE id = ?
            """,
            [
                alert.priority.column, alert.state.column, try Document.encode(alert.finding), alert.atSample,
                alert.raisedAt.column, alert.leasedBy, alert.leasedUntil?.column, alert.deliveryCount,
                alert.acknowledgedBy, alert.submittedBy, alert.isAmendment == true, alert.id.column,
            ])
    }

    // MARK: Raising

    /// Makes a proposal an alert, worsens the alert it already is, or finds that nothing is new.
    ///
    /// A recording has at most one alert a code, ever. Only a higher priority worsens. A closed alert, or one that is open only to
    /// amend its report, that worsens, or whose condition has come back in another episode, is opened again for somebody to take
    /// anew, and its age in the queue counts from then. What an analysis that is repeated, be it by another table, says of the
    /// time up to the last proposal is known, unless it is worse than everything before.
    func raise(_ proposal: AlertProposal, recording: RecordingRow, at time: Timestamp) throws {
        let present = try alerts(
            where: "alerts.recording = ? AND alerts.code = ?", arguments: [recording.rowID, proposal.code]
        ).first
        guard var alert = present else {
            try db.run(
                """
                INSERT INTO alerts
                    (recording, code, priority, state, finding, at_sample, raised_at, proposed_until, worst)
                VALUES (?1, ?2, ?3, 'raised', ?4, ?5, ?6, ?5, ?3)
                """,
                [
                    recording.rowID, proposal.code, proposal.priority.column,
                    try Document.encode(proposal.finding), proposal.atSample, time.column,
                ])
            let id = AlertID(db.lastInsertedRowID)
            try append(.raised, to: id, priority: proposal.priority, user: nil, at: time)
            if proposal.isCriticalValue { try openCriticalValue(of: id, .rule, user: nil, at: time) }
            return
        }
        let known = try Known(of: alert.id, in: db)
        guard proposal.atSample > known.until || proposal.priority > known.worst else { return }
        try known.extended(by: proposal).write(of: alert.id, in: db)
        let recurs =
            try (!alert.state.isOpen || alert.isAmendment == true)
            && isAnotherEpisode(proposal, after: known.until, recording: recording)
        let worsens = proposal.priority > alert.priority
        guard worsens || recurs else { return }
        // "Acknowledged" must not mask a worse condition (IEC 60601-1-8): it is to be answered again, as is one closed.
        let isAnswered = alert.state >= .acknowledged || recurs
        let wasClosed = !alert.state.isOpen
        alert.priority = proposal.priority
        alert.finding = proposal.finding
        alert.atSample = proposal.atSample
        // What was written and waits for a signature was written of something else.
        alert.submittedBy = nil
        alert.isAmendment = nil
        if isAnswered {
            alert.state = .raised
            alert.raisedAt = time
            alert.leasedBy = nil
            alert.leasedUntil = nil
            alert.acknowledgedBy = nil
        }
        try update(alert)
        // What somebody is writing of an alert that is still open goes on.
        if wasClosed { try removeDrafts(of: alert.id) }
        let text = proposal.finding.text
        if worsens {
            try append(.worsened, to: alert.id, priority: alert.priority, user: nil, at: time, text: text)
        }
        if isAnswered {
            try append(
                .reopened, to: alert.id, priority: alert.priority, user: nil, at: time, text: worsens ? nil : text)
        }
        if proposal.isCriticalValue { try openCriticalValue(of: alert.id, .rule, user: nil, at: time) }
    }

    /// What has been proposed under a code.
    private struct Known {
        /// The sample of the newest proposal.
        var until: SampleIndex
        var worst: AlarmPriority

        init(of alert: AlertID, in db: Database) throws {
            let statement = try db.cachedStatement(sql: "SELECT proposed_until, worst FROM alerts WHERE id = ?")
            guard let row = try Row.fetchOne(statement, arguments: [alert.column]) else {
                throw StoreError.unknownAlert(alert)
            }
            until = row["proposed_until"]
            worst = try row.value("worst")
        }

        func extended(by proposal: AlertProposal) -> Known {
            var extended = self
            extended.until = max(until, proposal.atSample)
            extended.worst = max(worst, proposal.priority)
            return extended
        }

        func write(of alert: AlertID, in db: Database) throws {
            try db.execute(
                sql: "UPDATE alerts SET proposed_until = ?, worst = ? WHERE id = ?",
                arguments: [until, worst.column, alert.column])
        }
    }

    /// Whether a proposal is so much later than what is known that the condition was absent in between, as triage defines it.
    /// Another table may say the same thing some seconds later.
    private func isAnotherEpisode(
        _ proposal: AlertProposal, after known: SampleIndex, recording: RecordingRow
    ) throws -> Bool {
        guard proposal.atSample > known,
            let row = try Row.fetchOne(
                db, sql: "SELECT header FROM recordings WHERE id = ?", arguments: [recording.rowID])
        else { return false }
        let rate = try row.document("header", as: RecordingHeader.self).samplingRate
        return Milliseconds(samples: proposal.atSample - known, at: rate) >= AlertProposal.absenceBetweenEpisodes
    }

    // MARK: Events

    func append(
        _ kind: AlertEvent.Kind, to alert: AlertID, priority: AlarmPriority, user: String?, at time: Timestamp,
        text: String? = nil, report: ReportDetail = ReportDetail()
    ) throws {
        try db.run(
            """
            INSERT INTO alert_events (alert, recording, kind, at, user, priority, text, report)
            SELECT id, recording, ?, ?, ?, ?, ?, ? FROM alerts WHERE id = ?
            """,
            [
                kind.column, time.column, user, priority.column, text,
                report.isEmpty ? nil : try Document.encode(report), alert.column,
            ])
    }

    func events(where condition: String, arguments: StatementArguments) throws -> [AlertEvent] {
        try db.rows(
            """
            SELECT sequence, alert, uuid, kind, at, user, priority, text, report
            FROM alert_events JOIN recordings ON recordings.id = alert_events.recording
            WHERE \(condition)
            """, arguments
        ).map { row in
            AlertEvent(
                sequence: row["sequence"], alert: try row.value("alert"), recording: try row.value("uuid"),
                kind: try row.value("kind"), at: try row.value("at"), by: row["user"],
                priority: try row.value("priority"), text: row["text"],
                report: try row.optionalDocument("report"))
        }
    }
}
