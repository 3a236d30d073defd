/// Alarm priorities of IEC 60601-1-8: how soon a person must respond.
public enum AlarmPriority: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Awareness.
    case low
    /// Prompt response.
    case medium
    /// Immediate response.
    case high

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        }
    }
    public static func < (a: AlarmPriority, b: AlarmPriority) -> Bool { a.rank < b.rank }
}

/// What triage asks the hospital to look at. The store makes it an ``Alert``, or finds that it already is one.
public struct AlertProposal: Hashable, Sendable, Codable {
    public var finding: Finding
    public var priority: AlarmPriority
    /// The number of samples that had been analysed when the proposal was made.
    public var atSample: SampleIndex
    /// Whether the clinic has to be told in person; see ``CriticalValue``.
    public var isCriticalValue: Bool

    public init(
        finding: Finding, priority: AlarmPriority, atSample: SampleIndex, isCriticalValue: Bool = false
    ) {
        self.finding = finding
        self.priority = priority
        self.atSample = atSample
        self.isCriticalValue = isCriticalValue
    }

    public var code: String { finding.code }
}

/// The row number an alert got in the store.
public struct AlertID: Hashable, Comparable, Sendable, Codable, LosslessStringConvertible {
    public var rawValue: Int64
    public init(_ rawValue: Int64) { self.rawValue = rawValue }
    public init?(_ text: String) {
        guard let value = Int64(text), value > 0 else { return nil }
        rawValue = value
    }
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { String(rawValue) }
    public static func < (a: AlertID, b: AlertID) -> Bool { a.rawValue < b.rawValue }
}

/// How far an alert has come on the hospital's side. Acknowledging stops the ladder; only a report or a dismissal closes.
public enum AlertState: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// In the queue, durable, not yet sent to anybody's screen.
    case raised
    /// On the screen of at least one reader.
    case delivered
    /// Opened by a reader.
    case seen
    /// A reader has taken responsibility.
    case acknowledged
    /// Closed by a report.
    case reported
    /// Closed with a reason and without a report.
    case dismissed

    public var isOpen: Bool { self != .reported && self != .dismissed }

    /// An alert only moves forward; both closed states come last.
    private var rank: Int {
        switch self {
        case .raised: 0
        case .delivered: 1
        case .seen: 2
        case .acknowledged: 3
        case .reported, .dismissed: 4
        }
    }
    public static func < (a: AlertState, b: AlertState) -> Bool { a.rank < b.rank }
}

/// An alert in the hospital's queue.
public struct Alert: Hashable, Sendable, Codable, Identifiable {
    public var id: AlertID
    public var recording: RecordingID
    /// The device that uploaded the recording, and the clinic it stands in.
    public var device: String
    public var clinic: String
    public var priority: AlarmPriority
    public var state: AlertState
    public var finding: Finding
    public var atSample: SampleIndex
    public var raisedAt: Timestamp
    /// Who holds the alert and until when, if a reader has leased it.
    public var leasedBy: String?
    public var leasedUntil: Timestamp?
    /// How often the alert has been handed out by lease.
    public var deliveryCount: Int
    /// Who acknowledged it, if anybody has.
    public var acknowledgedBy: String?
    /// Who wrote the report that waits for another's signature, if one does.
    public var submittedBy: String?

    public init(
        id: AlertID, recording: RecordingID, device: String, clinic: String, priority: AlarmPriority,
        state: AlertState, finding: Finding, atSample: SampleIndex, raisedAt: Timestamp, leasedBy: String? = nil,
        leasedUntil: Timestamp? = nil, deliveryCount: Int = 0, acknowledgedBy: String? = nil,
        submittedBy: String? = nil
    ) {
        self.id = id
        self.recording = recording
        self.device = device
        self.clinic = clinic
        self.priority = priority
        self.state = state
        self.finding = finding
        self.atSample = atSample
        self.raisedAt = raisedAt
        self.leasedBy = leasedBy
        self.leasedUntil = leasedUntil
        self.deliveryCount = deliveryCount
        self.acknowledgedBy = acknowledgedBy
        self.submittedBy = submittedBy
    }

    public var code: String { finding.code }
}

/// One step in an alert's life. Events are only ever appended.
public struct AlertEvent: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case raised, worsened, delivered, seen, leased, acknowledged, preliminary, reported, dismissed, reopened
        /// The ladder's next one was told; the text says who.
        case escalated
        /// Acknowledged and not reported in time: it waits for somebody again.
        case raisedAgain = "raised-again"
        /// A message about it has reached its sink; the text says for whom and by which sink.
        case told
        /// A message about it could not be delivered and is given up.
        case undelivered
        /// A report that waits for another's signature.
        case submitted
        /// A final report replaced by another.
        case amended
        /// An acknowledgement or a dismissal taken back; the text is the state after it.
        case undone
        /// A step with the alert's ``CriticalValue``; the text is its state.
        case criticalValue = "critical-value"
    }

    /// Rises by the order of commit over all alerts of a store; a reader that has seen event n asks for what is after n.
    public var sequence: Int64
    public var alert: AlertID
    public var recording: RecordingID
    public var kind: Kind
    public var at: Timestamp
    /// The user who did it; nil where the system did.
    public var by: String?
    /// The priority after the event.
    public var priority: AlarmPriority
    /// The text of a report, preliminary or final, the reason of a dismissal, what worsened, or who was told how.
    public var text: String?
    /// What goes with a report.
    public var report: ReportDetail?

    public init(
        sequence: Int64, alert: AlertID, recording: RecordingID, kind: Kind, at: Timestamp, by: String?,
        priority: AlarmPriority, text: String?, report: ReportDetail? = nil
    ) {
        self.sequence = sequence
        self.alert = alert
        self.recording = recording
        self.kind = kind
        self.at = at
        self.by = by
        self.priority = priority
        self.text = text
        self.report = report
    }
}
