public import ECGModel

/// The times of one recording from the first medical contact to the report, and nothing else of it: what the chest-pain
/// centre's figures are made of.
public struct RecordingCourse: Hashable, Sendable {
    public var device: String
    public var clinic: String
    /// The township of the device, by the register as it is now.
    public var township: String?
    /// The clinic's reference of the patient.
    public var reference: String?
    public var openedAt: Timestamp
    /// When the whole recording was durable; nil while it is open.
    public var closedAt: Timestamp?
    /// When the first sample was taken, by the device's clock.
    public var deviceTime: Timestamp?
    /// The device's clock minus the server's when the recording was opened.
    public var clockOffset: Duration?
    /// As the clinic told it, by the device's clock.
    public var firstContactAt: Timestamp?
    /// Nil while the recording is open.
    public var duration: Duration?
    /// Nil while there is no machine reading.
    public var quality: RecordingQuality.Verdict?
    /// Whether an earlier recording is of the same patient and the same first medical contact.
    public var followsAnother = false
    public var alerts: [AlertCourse] = []

    public init(device: String, clinic: String, openedAt: Timestamp) {
        self.device = device
        self.clinic = clinic
        self.openedAt = openedAt
    }
}

/// The times of one alert: each when it first happened.
public struct AlertCourse: Hashable, Sendable {
    /// The rule that raised it or, later, made it worse.
    public var rule: String
    public var priority: AlarmPriority
    public var state: AlertState
    /// When the alert was durable, and with it the part of the recording that raised it.
    public var raisedAt: Timestamp
    public var seenAt: Timestamp?
    /// The first that was not taken back.
    public var acknowledgedAt: Timestamp?
    /// The first report on which the clinic could act, preliminary or final.
    public var reportedAt: Timestamp?
    /// Whether the newest final report confirms the machine's suspicion, where it says so.
    public var conclusion: ReportConclusion?

    public init(rule: String, priority: AlarmPriority, state: AlertState, raisedAt: Timestamp) {
        self.rule = rule
        self.priority = priority
        self.state = state
        self.raisedAt = raisedAt
    }
}

/// What a device has been doing lately.
public struct DeviceActivity: Hashable, Sendable {
    public var recordingsToday = 0
    /// Recordings since the time asked for, by the machine's verdict of their signal.
    public var quality: [RecordingQuality.Verdict: Int] = [:]
    public var openAlerts: [AlarmPriority: Int] = [:]

    public init() {}
}
