public import ECGModel

/// Who did what to what, when.
public struct AuditEntry: Hashable, Sendable, Codable {
    public var at: Timestamp
    /// A user's or device's name, or `system`.
    public var actor: String
    /// A verb, for example `recording.read`, `alert.acknowledge`, `device.revoke`.
    public var action: String
    /// The id of what it was done to; never patient data.
    public var subject: String

    public init(at: Timestamp, actor: String, action: String, subject: String) {
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
    }
}

/// Which entries of the audit a list holds; what is nil excludes none.
public struct AuditQuery: Hashable, Sendable {
    public var actor: String?
    public var subject: String?
    /// Only what concerns recordings of this patient, and their alerts, by the clinics' reference.
    public var patient: String?
    /// Only actions of this name, or that begin with it and a dot: `alert` finds `alert.read`.
    public var action: String?
    /// Only from this time on.
    public var since: Timestamp?
    /// Only before this time.
    public var before: Timestamp?
    /// Only before this place: ``AuditPage/next`` of the page before, to page on. Many entries may have one time.
    public var beforeEntry: Int64?
    /// Of how many entries the list holds no more, but for what many were shown at once, which is not parted.
    public var limit: Int
    public init(
        actor: String? = nil, subject: String? = nil, patient: String? = nil, action: String? = nil,
        since: Timestamp? = nil, before: Timestamp? = nil, beforeEntry: Int64? = nil,
        limit: Int = QueryLimit.standard
    ) {
        self.actor = actor
        self.subject = subject
        self.patient = patient
        self.action = action
        self.since = since
        self.before = before
        self.beforeEntry = beforeEntry
        self.limit = limit
    }
}

/// A part of the audit.
public struct AuditPage: Hashable, Sendable {
    public var entries: [AuditEntry]
    /// Where the entries before these begin; nil where there are none.
    public var next: Int64?
    public init(entries: [AuditEntry], next: Int64? = nil) {
        self.entries = entries
        self.next = next
    }
}
