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
        /// An amendment that waited for its signature and will not have it. The text is the report that holds, with its
        /// author and conclusion; the reason says why.
        case withdrawn
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
