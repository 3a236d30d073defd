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
    /// True where that report is to replace the final one, which holds until then; else nil.
    public var isAmendment: Bool?

    public init(
        id: AlertID, recording: RecordingID, device: String, clinic: String, priority: AlarmPriority,
        state: AlertState, finding: Finding, atSample: SampleIndex, raisedAt: Timestamp, leasedBy: String? = nil,
        leasedUntil: Timestamp? = nil, deliveryCount: Int = 0, acknowledgedBy: String? = nil,
        submittedBy: String? = nil, isAmendment: Bool? = nil
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
        self.isAmendment = isAmendment
    }

    public var code: String { finding.code }
}
