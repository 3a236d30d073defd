import ECGModel
import GRDB

/// Reports that are signed by a second person, amended, and what may be taken back.
extension AlertTables {
    /// Appends a report that waits for another's signature. Repeating the newest one changes nothing; other words take its
    /// place.
    func submit(
        _ alert: inout Alert, text: String, _ detail: ReportDetail, user: String?, at time: Timestamp
    ) throws {
        if detail.reason == nil {
            guard alert.state.isOpen else { throw StoreError.alertClosed(alert.id) }
            try checkLease(of: alert, user: user, at: time)
            try advance(&alert, to: .acknowledged, kind: .acknowledged, user: user, at: time)
        } else {
            guard alert.state == .reported else { throw StoreError.notReported(alert.id) }
        }
        if alert.submittedBy == user, let newest = try newestEvent(.submitted, of: alert.id), newest.text == text,
            newest.report ?? ReportDetail() == detail
        {
            return
        }
        alert.submittedBy = user
        // Whoever signs must be able to take it.
        alert.leasedBy = nil
        alert.leasedUntil = nil
        try update(alert)
        try append(
            .submitted, to: alert.id, priority: alert.priority, user: user, at: time, text: text, report: detail)
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

    /// Replaces the final report; the earlier ones stay in the history. Repeating the newest one changes nothing.
    func amend(_ alert: inout Alert, text: String, _ detail: ReportDetail, user: String?, at time: Timestamp) throws {
        guard alert.state == .reported else { throw StoreError.notReported(alert.id) }
        if alert.submittedBy == nil, let newest = try newestEvent(.amended, of: alert.id), newest.text == text,
            newest.report == detail, newest.by == user,
            newest.sequence > (try newestEvent(.reported, of: alert.id)?.sequence ?? 0)
        {
            return
        }
        alert.submittedBy = nil
        try update(alert)
        try append(
            .amended, to: alert.id, priority: alert.priority, user: user, at: time, text: text, report: detail)
        try concludeCriticalValue(of: alert, detail.conclusion, reason: detail.reason ?? text, user: user, at: time)
    }

    /// Takes back the acknowledgement or the dismissal that was done last: by who did it, soon after, and never once a report
    /// went out.
    func undo(_ alert: inout Alert, within limit: Duration, user: String?, at time: Timestamp) throws {
        let history = try events(where: "alert = ? ORDER BY sequence", arguments: [alert.id.column])
        guard let user else { throw StoreError.cannotUndo(alert.id) }
        if let last = history.lastDecision, last.kind == .undone, last.by == user { return }
        guard let last = history.undoable(by: user), last.at + limit >= time else {
            throw StoreError.cannotUndo(alert.id)
        }
        try checkLease(of: alert, user: user, at: time)
        if last.kind == .dismissed {
            alert.state = alert.acknowledgedBy == nil ? .seen : .acknowledged
            try restoreCriticalValue(of: alert.id, withdrawnBy: last, user: user, at: time)
        } else {
            alert.state = .seen
            alert.acknowledgedBy = nil
        }
        try update(alert)
        try append(
            .undone, to: alert.id, priority: alert.priority, user: user, at: time, text: alert.state.rawValue)
    }
}
