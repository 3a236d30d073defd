public import ECGModel

/// What the ladder has to know of an open alert.
public struct LadderEntry: Hashable, Sendable {
    public var alert: AlertID
    public var clinic: String
    public var township: String?
    public var priority: AlarmPriority
    /// Whether somebody has taken responsibility; the ladder stands still then.
    public var isAcknowledged: Bool
    /// The sequence of the event by which the ladder began anew: raised, worsened, opened or raised again,
    /// or an answer taken back.
    public var round: Int64
    public var roundBeganAt: Timestamp
    /// When it was acknowledged, or reported preliminarily or for a signature, for the last time in this
    /// round.
    public var answeredAt: Timestamp?
    /// The rungs that were climbed in this round, by name, each with the sinks that were told.
    public var climbed: [String: Set<String>]

    /// From when its time counts: until somebody answers since its round began, and then since the answer. A dismissal
    /// that was taken back leaves an alert acknowledged, from then on.
    public var waitsSince: Timestamp { isAcknowledged ? answeredAt ?? roundBeganAt : roundBeganAt }

    public init(
        alert: AlertID, clinic: String, township: String?, priority: AlarmPriority, isAcknowledged: Bool,
        round: Int64, roundBeganAt: Timestamp, answeredAt: Timestamp? = nil, climbed: [String: Set<String>] = [:]
    ) {
        self.alert = alert
        self.clinic = clinic
        self.township = township
        self.priority = priority
        self.isAcknowledged = isAcknowledged
        self.round = round
        self.roundBeganAt = roundBeganAt
        self.answeredAt = answeredAt
        self.climbed = climbed
    }
}

/// What a rung is about.
public enum LadderSubject: Hashable, Sendable {
    case alert(AlertID, round: Int64)
    /// That no reader is there for a hospital; each absence is an alarm of its own.
    case nobodyThere(hospital: String, since: Timestamp)

    public var alert: AlertID? {
        if case .alert(let id, _) = self { id } else { nil }
    }

    /// Tells apart what is said more than once about the same.
    public var round: Int64 {
        switch self {
        case .alert(_, let round): round
        case .nobodyThere(_, let since): since.microsecondsSince1970
        }
    }

    /// Whose readers are missing, where that is what it is about.
    public var hospital: String? {
        if case .nobodyThere(let hospital, _) = self { hospital } else { nil }
    }
}

/// A rung that is being climbed: somebody is told, by one or several sinks.
public struct ClimbedRung: Hashable, Sendable {
    public var subject: LadderSubject
    /// The rung's name, one of its own in its ladder.
    public var name: String
    public var who: String
    /// The sinks, each with the idempotency key of its message. That of ``Delivery/consoleSink`` is delivered with this very
    /// transaction: the event it appends is on every reader's screen.
    public var keys: [String: String]

    public init(subject: LadderSubject, name: String, who: String, keys: [String: String]) {
        self.subject = subject
        self.name = name
        self.who = who
        self.keys = keys
    }
}

/// A message that has to reach somebody by one sink.
public struct Delivery: Hashable, Sendable, Identifiable {
    /// No attempt is put off for longer, nor may one take longer, than half of that. What is due later than that was put
    /// off by a clock that has been set back since, and is due now.
    public static let longestWait = Duration.seconds(600)

    /// The sink that every server has: its own console.
    public static let consoleSink = "console"

    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        case waiting
        case delivered
        /// Given up after the last attempt.
        case undelivered
        /// Not needed any more before it arrived: somebody acknowledged, or came.
        case withdrawn
    }

    public var id: Int64
    /// The same for every attempt: by it a receiver knows what it has had.
    public var key: String
    public var subject: LadderSubject
    public var rung: String
    public var who: String
    public var sink: String
    public var state: State
    public var plannedAt: Timestamp
    public var dueAt: Timestamp
    /// Attempts begun.
    public var attempts: Int
    public var endedAt: Timestamp?
    /// Why the last attempt failed; never what the message said.
    public var problem: String?
}

/// How a sink does.
public struct SinkStatus: Hashable, Sendable {
    public var sink: String
    public var waiting: Int
    /// When the oldest message that still waits was planned.
    public var oldestWaitingSince: Timestamp?
    /// Messages given up since the last one that arrived.
    public var undelivered: Int
    /// Why the last attempt failed, if none has succeeded since.
    public var problem: String?

    public init(
        sink: String, waiting: Int, oldestWaitingSince: Timestamp?, undelivered: Int, problem: String?
    ) {
        self.sink = sink
        self.waiting = waiting
        self.oldestWaitingSince = oldestWaitingSince
        self.undelivered = undelivered
        self.problem = problem
    }
}
