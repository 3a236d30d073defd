public import ECGModel
public import ECGStore

/// A message of the ladder and what has become of it.
public struct DeliveryDocument: Hashable, Sendable, Codable {
    public var who: String
    public var sink: String
    public var state: Delivery.State
    public var plannedAt: Timestamp
    /// When it arrived, was given up or withdrawn.
    public var endedAt: Timestamp?
    /// When it is tried next.
    public var dueAt: Timestamp?
    public var attempts: Int
    public var problem: String?

    public init(_ delivery: Delivery) {
        who = delivery.who
        sink = delivery.sink
        state = delivery.state
        plannedAt = delivery.plannedAt
        endedAt = delivery.endedAt
        dueAt = delivery.state == .waiting ? delivery.dueAt : nil
        attempts = delivery.attempts
        problem = delivery.problem
    }
}

/// How the ladder does: what everybody who watches alerts has to know of it.
public struct EscalationDocument: Hashable, Sendable, Codable {
    /// How one sink does.
    public struct Sink: Hashable, Sendable, Codable {
        public var name: String
        /// `webhook`, `hl7` or `command`; where it is stays with the server. Empty for one that the settings no longer have.
        public var kind: String
        public var waiting: Int
        public var oldestWaitingSince: Timestamp?
        /// Messages given up since the last one that arrived.
        public var undelivered: Int
        public var problem: String?
    }

    /// Who is told how long after the alert, by which sinks.
    public struct Rung: Hashable, Sendable, Codable {
        public var afterSeconds: Int
        public var who: String
        public var sinks: [String]
    }

    /// The ladders of a part of the day.
    public struct Shift: Hashable, Sendable, Codable {
        /// Local times as `08:00`; equal for a whole day.
        public var from: String
        public var to: String
        public var ladders: [String: [Rung]]
    }

    public struct Hospital: Hashable, Sendable, Codable {
        public var name: String
        public var shifts: [Shift]
        public var reportWithinMinutes: [String: Int]
        /// Who is told when none of its readers is there.
        public var nobodyThere: [Rung]
        /// Since when none of its readers has followed any server's alerts; left out while one does.
        public var nobodyThereSince: Timestamp?
    }

    /// By the raw values of ``ECGModel/CriticalValue/State``.
    public struct CriticalValues: Hashable, Sendable, Codable {
        public var open: [String: Int]
        public var overdue: [String: Int]

        init(_ queue: CriticalValueQueue) {
            func byName(_ counts: [CriticalValue.State: Int]) -> [String: Int] {
                Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
            }
            open = byName(queue.open)
            overdue = byName(queue.overdue)
        }
    }

    public var timeZone: String
    /// What the site's clocks show, as `2026-11-22 17:03`.
    public var localTime: String
    public var hospitals: [Hospital]
    /// Those of the settings, then any other whose messages still wait, or were given up about an alert that still waits.
    public var sinks: [Sink]
    /// Readers who follow this server's alerts.
    public var readers: Int
    /// What waits for somebody to call the clinic, or to hear from it.
    public var criticalValues: CriticalValues
    /// Why the policy in the data folder is not in effect; left out where it is.
    public var policyProblem: String?
    /// The same in parts.
    public var policyRefusal: RefusalDocument?
}

extension EscalationDocument.Rung {
    init(_ rung: EscalationPolicy.Rung) {
        self.init(afterSeconds: rung.afterSeconds, who: rung.who, sinks: rung.sinks)
    }
}

extension EscalationDocument.Hospital {
    init(_ hospital: EscalationPolicy.Hospital, of policy: EscalationPolicy, nobodyThereSince: Timestamp?) {
        func byName<Value>(_ values: [AlarmPriority: Value]) -> [String: Value] {
            Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
        }
        self.init(
            name: hospital.name,
            shifts: hospital.shifts.map { shift in
                EscalationDocument.Shift(
                    from: EscalationPolicy.clock(shift.hours.from), to: EscalationPolicy.clock(shift.hours.to),
                    ladders: byName(shift.ladders.mapValues { $0.map(EscalationDocument.Rung.init) }))
            }, reportWithinMinutes: byName(hospital.reportWithinMinutes),
            nobodyThere: (hospital.nobodyThere ?? policy.nobodyThere).map(EscalationDocument.Rung.init),
            nobodyThereSince: nobodyThereSince)
    }
}
