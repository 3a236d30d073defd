import ECGModel
import GRDB

/// Reports that are signed by a second person, and what may be taken back.
extension AlertTables {
    /// Appends a report that waits for another's signature. Repeating the newest one changes nothing; other words take its
    /// place.
    func submit(
        _ alert: inout Alert, text: String, _ detail: ReportDetail, user: String?, at time: Timestamp
    ) throws {
        guard detail.reason == nil else {
            return try submitAmendment(&alert, text: text, detail, user: user, at: time)
        }
        try checkFirstReport(of: alert)
        try checkLease(of: alert, user: user, at: time)
        try advance(&alert, to: .acknowledged, kind: .acknowledged, user: user, at: time)
        if try isNewestSubmission(of: alert, text: text, detail, user: user) { return }
        alert.submittedBy = user
        freeLease(of: &alert)
        try update(alert)
        try append(
            .submitted, to: alert.id, priority: alert.priority, user: user, at: time, text: text, report: detail)
    }

    func isNewestSubmission(of alert: Alert, text: String, _ detail: ReportDetail, user: String?) throws -> Bool {
        guard alert.submittedBy == user, let newest = try newestEvent(.submitted, of: alert.id) else { return false }
        return newest.text == text && newest.report ?? ReportDetail() == detail
    }

    /// Whoever signs must be able to take it.
    func freeLease(of alert: inout Alert) {
        alert.leasedBy = nil
        alert.leasedUntil = nil
    }

    /// What has a final report is open for its amendment only.
    func checkFirstReport(of alert: Alert) throws {
        guard alert.state.isOpen, alert.isAmendment != true else { throw StoreError.alertClosed(alert.id) }
    }

    /// Makes the submitted report the final one, by somebody other than its author.
    func sign(_ alert: inout Alert, submission: Int64, user: String?, at time: Timestamp) throws {
        guard let submitted = try newestEvent(.submitted, of: alert.id), submitted.sequence == submission else {
            throw StoreError.nothingToSign(alert.id)
        }
        guard let author = alert.submittedBy else {
            // The same signature again finds what it did.
            let after = try events(
                where: "alert = ? AND sequence > ? AND kind IN ('reported', 'amended') ORDER BY sequence LIMIT 1",
                arguments: [alert.id.column, submission])
            guard let done = after.first, done.by == user, done.report?.author != nil else {
                throw StoreError.nothingToSign(alert.id)
            }
            return
        }
        guard author != user else { throw StoreError.ownReport(alert.id) }
        var detail = submitted.report ?? ReportDetail()
        detail.author = author
        let text = submitted.text ?? ""
        if detail.reason != nil {
            try amend(&alert, text: text, detail, user: user, at: time)
        } else {
            try close(&alert, as: .reported, kind: .reported, text: text, detail, user: user, at: time)
        }
    }

    /// Takes back the acknowledgement, the dismissal or the withdrawal of an amendment that was done last: by who did it, soon
    /// after, and never once a report went out.
    func undo(_ alert: inout Alert, within limit: Duration, user: String?, at time: Timestamp) throws {
        let history = try events(where: "alert = ? ORDER BY sequence", arguments: [alert.id.column])
        guard let user else { throw StoreError.cannotUndo(alert.id) }
        if let last = history.lastDecision, last.kind == .undone, last.by == user { return }
        guard let last = history.undoable(by: user), last.at + limit >= time else {
            throw StoreError.cannotUndo(alert.id)
        }
        try checkLease(of: alert, user: user, at: time)
        switch last.kind {
        case .dismissed:
            alert.state = alert.acknowledgedBy == nil ? .seen : .acknowledged
            try restoreCriticalValue(of: alert.id, withdrawnBy: last, user: user, at: time)
        case .withdrawn:
            alert.state = alert.acknowledgedBy == nil ? .seen : .acknowledged
            try restoreAmendment(of: &alert)
        default:
            alert.state = .seen
            alert.acknowledgedBy = nil
        }
        try update(alert)
        try append(
            .undone, to: alert.id, priority: alert.priority, user: user, at: time, text: alert.state.rawValue)
    }
}
