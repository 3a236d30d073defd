import ECGModel
import GRDB

/// Final reports that are replaced, at once or by another's signature, and amendments that are not to be.
///
/// An amendment that waits for its signature opens the alert again: the clinic acts on a report that one reader holds to be wrong,
/// so that it has its place in the queue, on the ladder and in the metrics like anything else that waits.
extension AlertTables {
    /// Appends an amendment that waits for another's signature. Repeating the newest one changes nothing; other words take its
    /// place.
    ///
    /// What says the same of the machine's suspicion as the report it is to replace waits as its author's until it is due, as a
    /// report does. Any other, and one that does not say, may turn around what the clinic does: it waits for everybody at once,
    /// and again when somebody took an earlier one.
    func submitAmendment(
        _ alert: inout Alert, text: String, _ detail: ReportDetail, user: String?, at time: Timestamp
    ) throws {
        let waitsAlready = alert.isAmendment == true
        guard waitsAlready || alert.state == .reported else { throw StoreError.notReported(alert.id) }
        if waitsAlready { try checkLease(of: alert, user: user, at: time) }
        if try isNewestSubmission(of: alert, text: text, detail, user: user) { return }
        let final = try finalReport(of: alert.id)
        let saysTheSame = detail.conclusion != nil && detail.conclusion == final?.report?.conclusion
        let opens = !waitsAlready || !saysTheSame && alert.state == .acknowledged
        if !waitsAlready {
            alert.raisedAt = time
            try removeDrafts(of: alert.id)
        }
        if opens {
            alert.state = saysTheSame ? .acknowledged : .raised
            alert.acknowledgedBy = saysTheSame ? user : nil
        }
        alert.submittedBy = user
        alert.isAmendment = true
        freeLease(of: &alert)
        try update(alert)
        // What is for everybody was written before; what its author goes on with is written after.
        let kinds: [AlertEvent.Kind] =
            if !opens { [.submitted] } else if saysTheSame { [.reopened, .acknowledged, .submitted] } else {
                [.submitted, .reopened]
            }
        for kind in kinds {
            let isSubmission = kind == .submitted
            try append(
                kind, to: alert.id, priority: alert.priority, user: user, at: time, text: isSubmission ? text : nil,
                report: isSubmission ? detail : ReportDetail())
        }
    }

    /// Replaces the final report; the earlier ones stay in the history. Repeating the newest one changes nothing.
    func amend(_ alert: inout Alert, text: String, _ detail: ReportDetail, user: String?, at time: Timestamp) throws {
        guard alert.state == .reported || alert.isAmendment == true else { throw StoreError.notReported(alert.id) }
        if alert.submittedBy == nil, let newest = try newestEvent(.amended, of: alert.id), newest.text == text,
            newest.report == detail, newest.by == user,
            newest.sequence > (try newestEvent(.reported, of: alert.id)?.sequence ?? 0)
        {
            return
        }
        try endAmendment(of: &alert, user: user, at: time)
        try append(
            .amended, to: alert.id, priority: alert.priority, user: user, at: time, text: text, report: detail)
        try concludeCriticalValue(of: alert, detail.conclusion, reason: detail.reason ?? text, user: user, at: time)
    }

    /// Ends an amendment that waits: the final report goes on to hold, and with it what it made of the critical value.
    func withdrawAmendment(of alert: inout Alert, reason: String, user: String?, at time: Timestamp) throws {
        let final = try finalReport(of: alert.id)
        try endAmendment(of: &alert, user: user, at: time)
        try append(
            .withdrawn, to: alert.id, priority: alert.priority, user: user, at: time, text: final?.text,
            report: ReportDetail(
                author: final?.report?.author ?? final?.by, reason: reason, conclusion: final?.report?.conclusion))
    }

    /// Whether the alert was left as it is by this very withdrawal.
    func isWithdrawn(_ alert: Alert, reason: String, user: String?) throws -> Bool {
        guard alert.state == .reported, let newest = try newestEvent(.withdrawn, of: alert.id) else { return false }
        let final = try finalReport(of: alert.id)
        return newest.by == user && newest.report?.reason == reason && newest.sequence > (final?.sequence ?? 0)
    }

    /// Brings back an amendment whose withdrawal is taken back.
    func restoreAmendment(of alert: inout Alert) throws {
        alert.submittedBy = try newestEvent(.submitted, of: alert.id)?.by
        alert.isAmendment = true
    }

    private func endAmendment(of alert: inout Alert, user: String?, at time: Timestamp) throws {
        if alert.state.isOpen { try checkLease(of: alert, user: user, at: time) }
        alert.state = .reported
        alert.submittedBy = nil
        alert.isAmendment = nil
        freeLease(of: &alert)
        try update(alert)
    }

    /// The newest report that holds, or will until another replaces it.
    private func finalReport(of id: AlertID) throws -> AlertEvent? {
        try events(
            where: "alert = ? AND kind IN ('reported', 'amended') ORDER BY sequence DESC LIMIT 1",
            arguments: [id.column]
        ).first
    }
}
