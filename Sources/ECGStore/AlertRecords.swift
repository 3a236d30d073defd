public import ECGModel

/// Which alerts a list holds: those in one of the states, of all recordings or of one.
public struct AlertQuery: Hashable, Sendable {
    public enum Order: Hashable, Sendable {
        /// Highest priority first, then oldest first.
        case mostUrgent
        /// By their numbers, from the one before this; nil for the newest of all.
        case newest(before: AlertID? = nil)
    }
    public var states: Set<AlertState>
    public var recording: RecordingID?
    public var order: Order
    public var limit: Int
    public init(
        states: Set<AlertState> = Set(AlertState.allCases.filter(\.isOpen)), recording: RecordingID? = nil,
        order: Order = .mostUrgent, limit: Int = QueryLimit.standard
    ) {
        self.states = states
        self.recording = recording
        self.order = order
        self.limit = limit
    }
}

/// A step that a reader or the system takes with an alert.
public enum AlertStep: Hashable, Sendable {
    case delivered
    case seen
    case acknowledged
    /// A first report, which the clinic acts on while the final one is written; it acknowledges as well.
    case preliminarilyReported(text: String)
    case reported(text: String, conclusion: ReportConclusion? = nil)
    /// Of an alert whose amendment waits for a signature: withdraws the amendment, and the final report goes on to hold.
    case dismissed(reason: String)
    /// A report that closes the alert once somebody other than its author signs it. It acknowledges as well, and frees the alert
    /// for whoever signs. With a reason, one that is to replace the final report: it opens the alert again, for everybody at once
    /// unless its conclusion is that report's.
    case submitted(text: String, conclusion: ReportConclusion? = nil, amending: String? = nil)
    /// Signs the submitted report that the event of this sequence holds, and none that came after it.
    case signed(submission: Int64)
    /// Replaces the final report, which stays in the history.
    case amended(text: String, reason: String, conclusion: ReportConclusion? = nil)
    /// Takes back the acknowledgement, dismissal or withdrawal that the same user gave no longer ago than this.
    case undone(within: Duration)
    case escalated(to: String)
    /// What was acknowledged before that time, and has had no report of any kind since, waits for somebody again; where it
    /// was not, nothing happens.
    case raisedAgain(answeredBefore: Timestamp)
}

/// What became of a step.
public struct TakenStep: Hashable, Sendable {
    /// The alert after it.
    public var alert: Alert
    /// False where it had been taken already, by whomever, and changed nothing.
    public var isNew: Bool
    public init(alert: Alert, isNew: Bool) {
        self.alert = alert
        self.isNew = isNew
    }
}

/// On what terms a person takes a step with an alert.
public struct StepTerms: Hashable, Sendable {
    /// The priority that the alert had before the person's eyes; nil where it is not known. What has worsened since is not what
    /// was judged.
    public var judgedPriority: AlarmPriority?
    /// What the audit calls the step, written in the same transaction if the step changes anything; nil for no entry.
    public var auditAction: String?
    public init(judgedPriority: AlarmPriority? = nil, auditAction: String? = nil) {
        self.judgedPriority = judgedPriority
        self.auditAction = auditAction
    }
}

/// Which critical values a list holds: those open, by the time of the first, or all, newest first.
public struct CriticalValueQuery: Hashable, Sendable {
    public var onlyOpen: Bool
    public var limit: Int
    public init(onlyOpen: Bool = true, limit: Int = QueryLimit.standard) {
        self.onlyOpen = onlyOpen
        self.limit = limit
    }
}

/// A report that its author has not finished: nobody else is shown it, and it closes nothing.
public struct ReportDraft: Hashable, Sendable, Codable {
    public var alert: AlertID
    /// The user who writes it.
    public var author: String
    public var text: String
    public var savedAt: Timestamp

    public init(alert: AlertID, author: String, text: String, savedAt: Timestamp) {
        self.alert = alert
        self.author = author
        self.text = text
        self.savedAt = savedAt
    }
}

/// The queue at a glance, for metrics and for alarms on the queue itself.
public struct QueueStatus: Hashable, Sendable, Codable {
    public var openByPriority: [AlarmPriority: Int]
    public var unacknowledged: Int
    /// When the oldest alert that nobody acknowledged was raised.
    public var oldestUnacknowledgedAt: Timestamp?
    public init(openByPriority: [AlarmPriority: Int], unacknowledged: Int, oldestUnacknowledgedAt: Timestamp?) {
        self.openByPriority = openByPriority
        self.unacknowledged = unacknowledged
        self.oldestUnacknowledgedAt = oldestUnacknowledgedAt
    }
}
