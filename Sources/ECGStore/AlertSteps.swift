import ECGModel
import GRDB

extension AlertTables {
    /// Takes a step and appends its event, or finds that it was taken already.
    func advance(_ id: AlertID, by step: AlertStep, user: String?, at time: Timestamp) throws -> Alert {
        var alert = try existingAlert(id)
        switch step {
        case .delivered:
            try advance(&alert, to: .delivered, kind: .delivered, user: user, at: time)
        case .seen:
            try advance(&alert, to: .seen, kind: .seen, user: user, at: time)
        case .acknowledged:
            try advance(&alert, to: .acknowledged, kind: .acknowledged, user: user, at: time)
        case .preliminarilyReported(let text):
            try reportPreliminarily(&alert, text: text, user: user, at: time)
        case .reported(let text, let conclusion):
            if alert.isAmendment == true { throw StoreError.alertClosed(id) }
            try close(
                &alert, as: .reported, kind: .reported, text: text, ReportDetail(conclusion: conclusion), user: user,
                at: time)
        case .dismissed(let reason):
            if alert.isAmendment == true {
                try withdrawAmendment(of: &alert, reason: reason, user: user, at: time)
            } else if try !isWithdrawn(alert, reason: reason, user: user) {
                try close(&alert, as: .dismissed, kind: .dismissed, text: reason, user: user, at: time)
            }
        case .submitted(let text, let conclusion, let reason):
            try submit(
                &alert, text: text, ReportDetail(reason: reason, conclusion: conclusion), user: user, at: time)
        case .signed(let submission):
            try sign(&alert, submission: submission, user: user, at: time)
        case .amended(let text, let reason, let conclusion):
            try amend(
                &alert, text: text, ReportDetail(reason: reason, conclusion: conclusion), user: user, at: time)
        case .undone(let limit):
            try undo(&alert, within: limit, user: user, at: time)
        case .escalated(let target):
            guard alert.state.isOpen else { throw StoreError.alertClosed(id) }
            guard try !wasEscalated(id, to: target) else { return alert }
            try append(.escalated, to: id, priority: alert.priority, user: user, at: time, text: target)
        case .raisedAgain(let deadline):
            try raiseAgain(&alert, answeredBefore: deadline, at: time)
        }
        return alert
    }

    /// Opens an acknowledged alert to everybody again. Its age counts on: the patient has waited since it was raised.
    private func raiseAgain(_ alert: inout Alert, answeredBefore deadline: Timestamp, at time: Timestamp) throws {
        guard alert.state == .acknowledged else { return }
        guard let round = try LadderTables(db: db).presentRound(of: alert.id),
            let began = try events(where: "sequence = ?", arguments: [round]).first
        else { return }
        // Answers of an earlier round may be later than these by a clock that was ahead then. One without any began with a
        // dismissal that was taken back: see ``LadderEntry/waitsSince``.
        let answers = try [.acknowledged, .preliminary, .submitted].compactMap { try newestEvent($0, of: alert.id) }
        let answeredAt = answers.filter { $0.sequence > round }.map(\.at).max() ?? began.at
        guard answeredAt <= deadline else { return }
        let holder = alert.acknowledgedBy
        alert.state = .raised
        alert.acknowledgedBy = nil
        alert.leasedBy = nil
        alert.leasedUntil = nil
        try update(alert)
        try append(
            .raisedAgain, to: alert.id, priority: alert.priority, user: nil, at: time,
            text: holder.map { "acknowledged by \($0), not reported in time" })
    }

    /// Moves an open alert forward; being there already, or further, is no change.
    func advance(
        _ alert: inout Alert, to state: AlertState, kind: AlertEvent.Kind, user: String?, at time: Timestamp
    ) throws {
        guard alert.state.isOpen else { throw StoreError.alertClosed(alert.id) }
        guard alert.state < state else { return }
        if state == .acknowledged {
            // An amendment has its author's answer; what it waits for is another's.
            guard alert.isAmendment != true || alert.submittedBy != user else { throw StoreError.ownReport(alert.id) }
            try checkLease(of: alert, user: user, at: time)
            alert.acknowledgedBy = user
        }
        alert.state = state
        try update(alert)
        try append(kind, to: alert.id, priority: alert.priority, user: user, at: time)
    }

    /// Appends a first report, or one that comes before an amendment is signed. Repeating the newest one changes nothing; other
    /// words are a newer one.
    private func reportPreliminarily(
        _ alert: inout Alert, text: String, user: String?, at time: Timestamp
    ) throws {
        guard alert.state.isOpen else { throw StoreError.alertClosed(alert.id) }
        try checkLease(of: alert, user: user, at: time)
        if alert.isAmendment != true || alert.submittedBy != user {
            try advance(&alert, to: .acknowledged, kind: .acknowledged, user: user, at: time)
        }
        let newest = try newestEvent(.preliminary, of: alert.id)
        guard newest?.text != text || newest?.by != user else { return }
        try append(.preliminary, to: alert.id, priority: alert.priority, user: user, at: time, text: text)
    }

    func newestEvent(_ kind: AlertEvent.Kind, of id: AlertID) throws -> AlertEvent? {
        try events(
            where: "alert = ? AND kind = ? ORDER BY sequence DESC LIMIT 1", arguments: [id.column, kind.column]
        ).first
    }

    /// Closes an alert. Repeating the step that closed it, by the same person with the same words and conclusion, changes
    /// nothing; any other would be lost and is refused.
    func close(
        _ alert: inout Alert, as state: AlertState, kind: AlertEvent.Kind, text: String,
        _ detail: ReportDetail = ReportDetail(), user: String?, at time: Timestamp
    ) throws {
        guard alert.state.isOpen else {
            guard alert.state == state, let newest = try newestEvent(kind, of: alert.id), newest.text == text,
                newest.report ?? ReportDetail() == detail, newest.by == user
            else { throw StoreError.alertClosed(alert.id) }
            return
        }
        try checkLease(of: alert, user: user, at: time)
        alert.state = state
        alert.leasedBy = nil
        alert.leasedUntil = nil
        alert.submittedBy = nil
        try update(alert)
        try append(kind, to: alert.id, priority: alert.priority, user: user, at: time, text: text, report: detail)
        for author in Set([user, detail.author].compactMap(\.self)) { try removeDraft(of: alert.id, by: author) }
        try concludeCriticalValue(of: alert, detail.conclusion, reason: text, user: user, at: time)
    }

    /// The ladder begins again when an alert worsens, is opened or raised again, or its acknowledgement taken back.
    private func wasEscalated(_ id: AlertID, to target: String) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM alert_events WHERE alert = ?1 AND kind = 'escalated' AND text = ?2
                        AND sequence > (
                            SELECT max(sequence) FROM alert_events
                            WHERE alert = ?1 AND kind IN (\(LadderTables.roundKinds))))
                """, arguments: [id.column, target]) ?? false
    }

    func checkLease(of alert: Alert, user: String?, at time: Timestamp) throws {
        guard let holder = alert.leasedBy, let until = alert.leasedUntil, until > time,
            until <= time + Self.longestLease, holder != user
        else { return }
        throw StoreError.alertLeased(alert.id, by: holder)
    }

    // MARK: Leases

    /// A lease that would run for longer was given by a clock that has been set back since, and holds nobody up. Three times
    /// what the API gives.
    private static let longestLease = Duration.seconds(900)

    /// Leases an open alert. Somebody's own running lease is extended, which is no new delivery. What waits for a signature waits
    /// for another than its author, who would only keep it from them.
    func lease(_ id: AlertID, to user: String, for duration: Duration, at time: Timestamp) throws -> Alert {
        var alert = try existingAlert(id)
        guard alert.state.isOpen else { throw StoreError.alertClosed(id) }
        guard alert.submittedBy != user else { throw StoreError.ownReport(id) }
        try checkLease(of: alert, user: user, at: time)
        let isRenewal = alert.leasedBy == user && alert.leasedUntil.map { $0 > time } == true
        alert.leasedBy = user
        alert.leasedUntil = time + duration
        if !isRenewal { alert.deliveryCount += 1 }
        try update(alert)
        if !isRenewal { try append(.leased, to: id, priority: alert.priority, user: user, at: time) }
        return alert
    }

    /// The most urgent alert that nobody acknowledged and nobody else holds, and that waits for no other than the user.
    func mostUrgent(for user: String, at time: Timestamp) throws -> AlertID? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT id FROM alerts
                WHERE \(Self.isUnacknowledged)
                    AND (leased_until IS NULL OR leased_until <= ?1 OR leased_until > ?2 OR leased_by = ?3)
                    AND submitted_by IS NOT ?3
                ORDER BY priority DESC, raised_at, id LIMIT 1
                """, arguments: [time.column, (time + Self.longestLease).column, user]
        ).map { try $0.value("id") }
    }
}
