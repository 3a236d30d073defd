public import ECGModel

/// Alerts: open ones the most urgent first, others the newest first.
public struct AlertList: Hashable, Sendable, Codable {
    public var alerts: [Alert]
    /// False where there are more than fitted.
    public var isComplete: Bool

    public init(alerts: [Alert], isComplete: Bool) {
        self.alerts = alerts
        self.isComplete = isComplete
    }
}

/// One alert with its history.
public struct AlertDetail: Hashable, Sendable, Codable {
    public var alert: Alert
    /// In the order in which they happened. Texts, which people write, only for roles that may read of patients.
    public var events: [AlertEvent]
    /// Only for roles that may read of patients. Nil where the alert is none.
    public var criticalValue: CriticalValueDocument?
    /// Whom the ladder has told, or tries to tell, by what. Nil from servers that do not say it.
    public var deliveries: [DeliveryDocument]?
    /// What the site asks of reports. Nil from servers that do not tell it.
    public var reporting: ReportPolicy?
    /// Until when the reader who asks may take back what was done last; nil where there is nothing of theirs to take back.
    public var undoUntil: Timestamp?
    /// ``ECGModel/MachineReading/disclaimer``.
    public var note: String

    public init(
        alert: Alert, events: [AlertEvent], criticalValue: CriticalValueDocument? = nil,
        reporting: ReportPolicy? = nil, deliveries: [DeliveryDocument]? = nil, undoUntil: Timestamp? = nil
    ) {
        self.alert = alert
        self.events = events
        self.criticalValue = criticalValue
        self.reporting = reporting
        self.deliveries = deliveries
        self.undoUntil = undoUntil
        note = MachineReading.disclaimer
    }
}

/// What has happened to an alert, as the event stream tells it.
public struct AlertNotice: Hashable, Sendable, Codable {
    /// Nil for an alert that was in the queue before.
    public var event: AlertEvent?
    /// The alert as it is by now.
    public var alert: Alert
    /// Its recording, with the patient's context only for roles that may read it. Nil from servers that do not tell it.
    public var recording: RecordingDocument?

    public init(event: AlertEvent?, alert: Alert, recording: RecordingDocument? = nil) {
        self.event = event
        self.alert = alert
        self.recording = recording
    }
}

/// The open alerts with what a reader has to know of their recordings to choose among them.
public struct Worklist: Hashable, Sendable, Codable {
    public struct Entry: Hashable, Sendable, Codable {
        public var alert: Alert
        public var recording: RecordingDocument

        public init(alert: Alert, recording: RecordingDocument) {
            self.alert = alert
            self.recording = recording
        }
    }

    /// Highest priority first, then oldest first.
    public var entries: [Entry]
    /// The server's clock, by which all ages count.
    public var now: Timestamp
    /// The newest event that the entries reflect: what to ask the event stream to go on after.
    public var lastEvent: Int64
    /// Whether all open alerts are among the entries: a list is bounded. Nil from servers that do not tell it.
    public var isComplete: Bool?
    /// ``ECGModel/MachineReading/disclaimer``.
    public var note: String

    public init(entries: [Entry], now: Timestamp, lastEvent: Int64, isComplete: Bool? = nil) {
        self.isComplete = isComplete
        self.entries = entries
        self.now = now
        self.lastEvent = lastEvent
        note = MachineReading.disclaimer
    }
}
