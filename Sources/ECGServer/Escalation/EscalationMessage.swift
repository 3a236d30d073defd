public import ECGModel
import ECGStore

/// What a sink is told, as JSON for webhooks and commands. It holds no name of a patient, and by default nothing of one.
public struct EscalationMessage: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        case alert
        /// No reader of a hospital is at any screen.
        case nobodyThere = "nobody-there"
    }

    /// The idempotency key: the same for every attempt.
    public var id: String
    public var kind: Kind
    /// Whom the message is for, by the policy.
    public var who: String
    public var hospital: String?
    /// The rung's name, as `60s`; as `60s Night duty` where others were on duty at 60 s.
    public var rung: String
    /// When the rung was climbed.
    public var at: Timestamp
    /// Since when it waits: the alert's raising, or the last reader's leaving.
    public var since: Timestamp
    public var priority: AlarmPriority
    public var alert: AlertID?
    /// True where what waits is the signature of an amended report, not the alert's first answer; nil otherwise.
    public var isAmendment: Bool?
    /// Where it can be opened.
    public var link: String?

    // What follows is told to sinks whose content is `clinical` or `patient`.
    public var code: String?
    public var finding: String?
    public var leads: [String]?
    public var clinic: String?
    public var township: String?
    public var recording: RecordingID?

    /// Told to sinks whose content is `patient`.
    public var patient: Patient?

    /// ``ECGModel/MachineReading/disclaimer``.
    public var note: String

    /// Leaves out what a sink is not to be told.
    init(
        _ delivery: Delivery, alert: Alert, recording: StoredRecording?, policy: EscalationPolicy,
        content: SinkSettings.Content
    ) {
        id = delivery.key
        kind = .alert
        who = delivery.who
        hospital = policy.hospital(clinic: alert.clinic, township: recording?.township)?.name
        rung = delivery.rung
        at = delivery.plannedAt
        since = alert.raisedAt
        priority = alert.priority
        self.alert = alert.id
        isAmendment = alert.isAmendment
        link = policy.console.map { "\($0)/alerts/\(alert.id)" }
        note = MachineReading.disclaimer
        guard content != .minimal else { return }
        code = alert.code
        finding = alert.finding.text
        leads = alert.finding.leads.map(\.name)
        clinic = alert.clinic
        township = recording?.township
        self.recording = alert.recording
        guard content == .patient else { return }
        patient = recording?.header.patient
    }

    /// That nobody is there, which is about no patient.
    init(_ delivery: Delivery, nobodyThereAt hospital: String, since: Timestamp, policy: EscalationPolicy) {
        id = delivery.key
        kind = .nobodyThere
        who = delivery.who
        self.hospital = hospital
        rung = delivery.rung
        at = delivery.plannedAt
        self.since = since
        priority = .high
        link = policy.console
        note = MachineReading.disclaimer
    }
}
