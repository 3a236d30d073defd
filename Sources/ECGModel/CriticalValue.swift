/// A critical value (危急值): what somebody at the clinic has to be told in person, and what became of it.
///
/// It goes from *to notify* over *notified* and *handled* to *recorded*, which is its end. It is nothing but its steps, which
/// are only ever appended: taking one back is a step too.
public struct CriticalValue: Hashable, Sendable, Codable {
    /// Why it is one.
    public enum Origin: String, Hashable, Sendable, Codable, CaseIterable {
        /// The alert was raised by a rule that the triage table lists among the critical values.
        case rule
        /// The final report confirmed an alert of high priority.
        case report
        /// A reader entered it.
        case reader
    }

    /// How far it has come.
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// 待通知: nobody at the clinic knows yet.
        case toNotify = "to-notify"
        /// 已通知: somebody was told and read it back.
        case notified
        /// 已处理: the clinic said what it did.
        case handled
        /// 已记录: written into the register; nothing changes any more.
        case recorded
        /// The alert proved false before anybody was told.
        case withdrawn

        public var isOpen: Bool { self != .recorded && self != .withdrawn }
    }

    /// Somebody at the clinic, as the reader wrote them down.
    public struct Person: Hashable, Sendable, Codable {
        public var name: String
        public var phone: String?
        public var role: String?

        public init(name: String, phone: String? = nil, role: String? = nil) {
            self.name = name
            self.phone = phone
            self.role = role
        }
    }

    /// What somebody did about it, with who and when.
    public struct Step: Hashable, Sendable, Codable {
        public enum Kind: Hashable, Sendable, Codable {
            /// It became a critical value, or became one again; a reader's reason, if it was entered by hand.
            case opened(Origin, text: String?)
            /// A call that reached nobody; it stays to be notified.
            case attempted(Person?, text: String)
            /// Who was told, what they were told, and what they read back.
            case notified(Person, told: String, readBack: String)
            /// What was done for the patient, and who at the clinic said so.
            case handled(Person?, text: String)
            /// Written into the register.
            case recorded(text: String?)
            /// The alert was dismissed, or its report did not confirm it.
            case withdrawn(reason: String)
            /// The last step but attempts was taken back by who had taken it: the one of that time, to the millisecond, where
            /// it was named.
            case undone(of: Timestamp?)
        }

        public var kind: Kind
        public var at: Timestamp
        /// Nil where the system did it.
        public var by: String?

        public init(_ kind: Kind, at: Timestamp, by: String?) {
            self.kind = kind
            self.at = at
            self.by = by
        }
    }

    public var alert: AlertID
    public private(set) var steps: [Step]

    public init(of alert: AlertID, origin: Origin, text: String? = nil, at time: Timestamp, by user: String?) {
        self.alert = alert
        steps = [Step(.opened(origin, text: text), at: time, by: user)]
    }

    /// What the store kept. Nil where the first step does not open it.
    public init?(of alert: AlertID, steps: [Step]) {
        guard case .opened = steps.first?.kind else { return nil }
        self.alert = alert
        self.steps = steps
    }

    // MARK: Where it stands

    /// The steps that hold: since it was opened last, without attempts and what was taken back.
    private var standing: [Step] {
        var standing: [Step] = []
        for step in steps {
            switch step.kind {
            case .opened: standing = [step]
            case .attempted: break
            case .undone: standing.removeLast()
            case .notified, .handled, .recorded, .withdrawn: standing.append(step)
            }
        }
        return standing
    }

    /// What its steps come to.
    public var state: State {
        switch standing.last?.kind {
        case .notified: .notified
        case .handled: .handled
        case .recorded: .recorded
        case .withdrawn: .withdrawn
        case .opened, .attempted, .undone, nil: .toNotify
        }
    }

    /// Why it was opened, the last time it was.
    public var origin: Origin {
        for step in standing { if case .opened(let origin, _) = step.kind { return origin } }
        return .reader
    }

    /// When it was opened, the last time it was.
    public var openedAt: Timestamp { standing[0].at }

    /// Since when it is in its state; a second notification does not begin the time anew.
    public var since: Timestamp {
        let state = state
        let first = standing.first { step in
            switch (step.kind, state) {
            case (.notified, .notified), (.handled, .handled), (.recorded, .recorded), (.withdrawn, .withdrawn): true
            default: false
            }
        }
        return (first ?? standing[0]).at
    }

    /// By when the next step is due; nil where none is.
    public func due(by deadlines: CriticalValueDeadlines = .countyDefault) -> Timestamp? {
        switch state {
        case .toNotify: since + deadlines.notification
        case .notified: since + deadlines.handling
        case .handled: since + deadlines.recording
        case .recorded, .withdrawn: nil
        }
    }

    /// Whether its next step should have been taken before `time`.
    public func isOverdue(at time: Timestamp, by deadlines: CriticalValueDeadlines = .countyDefault) -> Bool {
        due(by: deadlines).map { $0 < time } ?? false
    }

    // MARK: Steps

    /// The same request again comes within this time, from somebody who presses twice or a browser that tries again; a call
    /// that nobody answered is repeated after minutes.
    private static let repetition = Duration.seconds(30)

    /// Takes a step. Repeating the newest one in the same words changes nothing: ever, where it can be taken only once, and
    /// within ``repetition`` where a second one of the same words is a step of its own. Who takes a step back by its name takes
    /// back that one and no other, however often the request comes.
    ///
    /// - Returns: whether anything changed.
    /// - Throws: ``CriticalValueRefusal/recorded`` once it is recorded; ``CriticalValueRefusal/outOfOrder(_:)`` for a step
    ///   that does not follow from its state, and where there is none to be undone;
    ///   ``CriticalValueRefusal/takenByAnother(_:)`` for undoing somebody else's.
    public mutating func take(_ step: Step) throws(CriticalValueRefusal) -> Bool {
        let standing = standing
        let last = standing[standing.count - 1]
        if let newest = steps.last, newest.kind == step.kind, newest.by == step.by,
            !step.canFollowItself || step.at - newest.at < Self.repetition
        {
            return false
        }
        if case .undone(.some) = step.kind, steps.contains(where: { $0.kind == step.kind && $0.by == step.by }) {
            return false
        }
        let state = state
        guard state != .recorded || step.opens else { throw .recorded }
        switch step.kind {
        case .opened where state.isOpen: return false
        case .opened: break
        case .attempted, .withdrawn: guard state == .toNotify else { throw .outOfOrder(state) }
        case .notified: guard state == .toNotify || state == .notified else { throw .outOfOrder(state) }
        case .handled: guard state == .notified else { throw .outOfOrder(state) }
        case .recorded: guard state == .handled else { throw .outOfOrder(state) }
        case .undone(let named):
            guard standing.count > 1, named.map(last.at.isSameMillisecond) ?? true else {
                throw .outOfOrder(state)
            }
            guard last.by == step.by else { throw .takenByAnother(last.by ?? "system") }
        }
        steps.append(step)
        return true
    }
}

extension CriticalValue.Step {
    fileprivate var opens: Bool {
        if case .opened = kind { true } else { false }
    }

    /// Whether two of it in a row are two steps.
    fileprivate var canFollowItself: Bool {
        switch kind {
        case .attempted, .notified, .undone: true
        case .opened, .handled, .recorded, .withdrawn: false
        }
    }
}

/// How long each step may take before everybody sees that it is overdue.
public struct CriticalValueDeadlines: Hashable, Sendable, Codable {
    /// From its opening until somebody at the clinic is told.
    public var notification: Duration
    /// From then until the clinic says what it did.
    public var handling: Duration
    /// From then until it is written into the register.
    public var recording: Duration

    /// Ten minutes to call, as a chest-pain centre has for its diagnosis; half an hour until the clinic says what it did; six
    /// hours to write it down. Chosen here: the consensus of 2017 says "at once".
    public static let countyDefault = CriticalValueDeadlines(
        notification: .seconds(600), handling: .seconds(1800), recording: .hours(6))
}

/// Why a step cannot be taken.
public enum CriticalValueRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case recorded
    case outOfOrder(CriticalValue.State)
    case takenByAnother(String)

    public var description: String {
        switch self {
        case .recorded: "the critical value is recorded: nothing about it can be changed any more"
        case .outOfOrder(let state): "the critical value is '\(state.rawValue)': this is not its next step"
        case .takenByAnother(let user): "\(user) took the last step: only they can take it back"
        }
    }
}
