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
