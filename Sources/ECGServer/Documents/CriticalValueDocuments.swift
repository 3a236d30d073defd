public import ECGModel

/// A critical value as the API tells it.
public struct CriticalValueDocument: Hashable, Sendable, Codable {
    public struct Step: Hashable, Sendable, Codable {
        /// `opened`, `attempted`, `notified`, `handled`, `recorded`, `withdrawn` or `undone`.
        public var kind: String
        public var at: Timestamp
        /// Nil where the system did it.
        public var by: String?
        /// Who was told, or who said what was done.
        public var person: CriticalValue.Person?
        /// What was told or done, or why.
        public var text: String?
        public var readBack: String?
    }

    public var alert: AlertID
    public var state: CriticalValue.State
    public var origin: CriticalValue.Origin
    public var openedAt: Timestamp
    /// Since when it is in its state.
    public var since: Timestamp
    /// By when the next step is due; nil where none is.
    public var dueAt: Timestamp?
    /// All that happened, oldest first.
    public var steps: [Step]

    init(_ value: CriticalValue) {
        alert = value.alert
        state = value.state
        origin = value.origin
        openedAt = value.openedAt
        since = value.since
        dueAt = value.due()
        steps = value.steps.map(Step.init)
    }
}

extension CriticalValueDocument.Step {
    init(_ step: CriticalValue.Step) {
        at = step.at
        by = step.by
        switch step.kind {
        case .opened(_, let text):
            kind = "opened"
            self.text = text
        case .attempted(let person, let text):
            kind = "attempted"
            self.person = person
            self.text = text
        case .notified(let person, let told, let readBack):
            kind = "notified"
            self.person = person
            text = told
            self.readBack = readBack
        case .handled(let person, let text):
            kind = "handled"
            self.person = person
            self.text = text
        case .recorded(let text):
            kind = "recorded"
            self.text = text
        case .withdrawn(let reason):
            kind = "withdrawn"
            text = reason
        case .undone: kind = "undone"
        }
    }
}

/// Critical values with what a reader has to know to call the clinic.
public struct CriticalValueList: Hashable, Sendable, Codable {
    public struct Entry: Hashable, Sendable, Codable {
        public var criticalValue: CriticalValueDocument
        public var alert: Alert
        public var recording: RecordingDocument
    }

    public var entries: [Entry]
    /// The server's clock, by which all ages count.
    public var now: Timestamp
    /// Whether these are all; an older server does not say.
    public var isComplete: Bool?
}
