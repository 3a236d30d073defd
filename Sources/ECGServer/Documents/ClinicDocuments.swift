public import ECGModel

/// A clinic's own recordings, newest first, with what became of them at the hospital.
public struct ClinicRecordings: Hashable, Sendable, Codable {
    /// A step that the hospital took with an alert.
    public struct Step: Hashable, Sendable, Codable {
        public var state: AlertState
        public var report: ReportStage?
        public var at: Timestamp
        public var by: String?
        public var signedBy: String?
        /// The report or the reason of a dismissal.
        public var text: String?
        /// Why a report was amended.
        public var reason: String?
        /// True for a report that was written before the alert last came back or worsened after an answer: it says nothing of what
        /// is found now. Else nil.
        public var isOfBefore: Bool?
    }

    /// An alert with what became of it.
    public struct Alert: Hashable, Sendable, Codable {
        public var id: AlertID
        public var priority: AlarmPriority
        public var state: AlertState
        public var finding: Finding
        public var raisedAt: Timestamp
        /// True while an amendment of the report waits for another's signature; else nil.
        public var isBeingAmended: Bool?
        /// What the clinic's device is told as well, oldest first.
        public var steps: [Step]
    }

    /// A recording with its alerts.
    public struct Entry: Hashable, Sendable, Codable {
        public var recording: RecordingDocument
        public var alerts: [Alert]
    }

    public var clinic: String
    public var entries: [Entry]
    /// The server's clock, by which all ages count.
    public var now: Timestamp
    /// ``ECGModel/MachineReading/disclaimer``.
    public var note: String
}

extension ClinicRecordings.Alert {
    /// - Parameter events: The alert's, in order.
    init(_ alert: Alert, events: [AlertEvent]) {
        id = alert.id
        priority = alert.priority
        state = alert.state
        finding = alert.finding
        raisedAt = alert.raisedAt
        isBeingAmended = alert.isAmendment
        // Somebody opens it to amend its report, which holds until then; by itself it opens, or worsens, for another finding.
        let reopening =
            events.last { $0.kind == .worsened || $0.kind == .reopened && $0.by == nil }?.sequence ?? 0
        steps = events.compactMap { event in
            var step = ClinicRecordings.Step(event)
            if step?.report != nil, event.sequence < reopening { step?.isOfBefore = true }
            return step
        }
    }
}

extension ClinicRecordings.Step {
    /// Nil for what goes on inside the hospital only.
    init?(_ event: AlertEvent) {
        guard let step = ClinicStep(event) else { return nil }
        state = step.state
        report = step.report
        at = event.at
        by = step.by
        signedBy = step.signedBy
        text = step.text
        reason = step.reason
    }
}
