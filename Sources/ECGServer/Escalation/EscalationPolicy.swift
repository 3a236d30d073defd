public import ECGModel
public import ECGStore
import Foundation

/// Who is told of an alert that nobody acknowledges, after how long and by what: a value without time or I/O.
///
/// ESCALATION.md says what it means and how it is written in `escalation.json`.
public struct EscalationPolicy: Hashable, Sendable {
    /// Somebody is told, so long after the alert was raised.
    public struct Rung: Hashable, Sendable {
        public var afterSeconds: Int
        /// Whom the history names: a duty, not a person.
        public var who: String
        public var sinks: [String]

        public init(afterSeconds: Int, who: String, sinks: [String]) {
            self.afterSeconds = afterSeconds
            self.who = who
            self.sinks = sinks
        }

        /// What tells the rung apart in its ladder, whoever stands on it.
        public var name: String { "\(afterSeconds)s" }
    }

    /// The hours of the day during which a ladder holds.
    public struct Shift: Hashable, Sendable {
        public var hours: Hours
        public var ladders: [AlarmPriority: [Rung]]

        public init(hours: Hours = .wholeDay, ladders: [AlarmPriority: [Rung]]) {
            self.hours = hours
            self.ladders = ladders
        }
    }

    /// Minutes of a local day from `from` up to `to`; over midnight where `to` is not later, all of it where they are equal.
    public struct Hours: Hashable, Sendable {
        public var from: Int
        public var to: Int

        public static let wholeDay = Hours(from: 0, to: 0)

        public init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }

        public func contains(_ minute: Int) -> Bool {
            from < to ? (from..<to).contains(minute) : minute >= from || minute < to
        }
    }

    public struct Hospital: Hashable, Sendable {
        public var name: String
        /// Whose alerts are this hospital's; where both are empty, all that are no other's.
        public var clinics: Set<String>
        public var townships: Set<String>
        /// At every minute of the day exactly one.
        public var shifts: [Shift]
        /// What was acknowledged so long ago and has no report is raised again.
        public var reportWithinMinutes: [AlarmPriority: Int]
        /// Who is told that none of its readers is there; nil for what holds for all.
        public var nobodyThere: [Rung]?

        public init(
            name: String, clinics: Set<String> = [], townships: Set<String> = [], shifts: [Shift],
            reportWithinMinutes: [AlarmPriority: Int], nobodyThere: [Rung]? = nil
        ) {
            self.nobodyThere = nobodyThere
            self.name = name
            self.clinics = clinics
            self.townships = townships
            self.shifts = shifts
            self.reportWithinMinutes = reportWithinMinutes
        }

        var takesTheRest: Bool { clinics.isEmpty && townships.isEmpty }
    }

    /// An identifier of the IANA time zone database.
    public var timeZone: String
    /// Where people reach the console, for the link in every message; nil leaves the link out.
    public var console: String?
    public var sinks: [String: SinkSettings]
    /// One of them takes the rest.
    public var hospitals: [Hospital]
    /// Who is told that no reader of a hospital is there, counted from when the last one left; for each hospital that says
    /// nothing of its own.
    public var nobodyThere: [Rung]

    public init(
        timeZone: String, console: String? = nil, sinks: [String: SinkSettings] = [:], hospitals: [Hospital],
        nobodyThere: [Rung]
    ) {
        self.timeZone = timeZone
        self.console = console
        self.sinks = sinks
        self.hospitals = hospitals
        self.nobodyThere = nobodyThere
    }

    /// What holds where a site has written nothing: all readers are told three times, on their screens.
    public static let standard = EscalationPolicy(
        timeZone: "Asia/Shanghai",
        hospitals: [
            Hospital(
                name: "Hospital",
                shifts: [
                    Shift(ladders: [
                        .high: standardLadder(60, 180, 300), .medium: standardLadder(300, 900, 1800),
                    ])
                ], reportWithinMinutes: standardReportMinutes)
        ],
        nobodyThere: [Rung(afterSeconds: 60, who: "Everybody", sinks: [Delivery.consoleSink])])

    /// The chest-pain centres' target is ten minutes for the report of a suspected infarction.
    static let standardReportMinutes: [AlarmPriority: Int] = [.high: 10, .medium: 30, .low: 240]

    private static func standardLadder(_ first: Int, _ second: Int, _ third: Int) -> [Rung] {
        zip([first, second, third], ["First reader", "Second reader", "All readers"]).map {
            Rung(afterSeconds: $0, who: $1, sinks: [Delivery.consoleSink])
        }
    }
}

// MARK: What is due

/// What the ladder does next.
public enum EscalationStep: Hashable, Sendable {
    /// The name tells it apart among all that are climbed for the alert in this round.
    case climb(EscalationPolicy.Rung, as: String)
    /// What was answered up to that time and has no report is raised again.
    case raiseAgain(answeredBefore: Timestamp)
}

extension EscalationPolicy {
    /// The hospital whose alert it is: by clinic, else by township, else the one that takes the rest.
    public func hospital(clinic: String, township: String?) -> Hospital? {
        hospitals.first { $0.clinics.contains(clinic) }
            ?? hospitals.first { hospital in township.map(hospital.townships.contains) ?? false }
            ?? hospitals.first(where: \.takesTheRest)
    }

    /// What is due for an alert by now, the earliest first.
    ///
    /// At every moment the ladder of those on duty holds: a rung is due in its time, or, where others are on duty then, when
    /// its own shift begins. So whoever comes on duty is told of what still waits, as far up as the alert's age goes; of an
    /// alert of 17:58 both the day's first and, at 18:00, the night's. Whom the shift before has told by the same rung is not
    /// told again. Each is told who was on duty, however late the server looks. What has been due for more than a day is not
    /// climbed any more: a new policy, or an old database, would tell of everything at once.
    ///
    /// - Parameter now: ``LadderEntry/waitsSince`` and how long that has been.
    public func due(for entry: LadderEntry, at now: Timestamp) -> [EscalationStep] {
        guard let hospital = hospital(clinic: entry.clinic, township: entry.township) else { return [] }
        if entry.isAcknowledged {
            guard let minutes = hospital.reportWithinMinutes[entry.priority] else { return [] }
            let deadline = now - .seconds(60 * minutes)
            return entry.waitsSince <= deadline ? [.raiseAgain(answeredBefore: deadline)] : []
        }
        let rungs = hospital.shifts.flatMap { shift in
            (shift.ladders[entry.priority] ?? []).compactMap { due($0, of: shift, at: hospital, for: entry, by: now) }
        }
        return rungs.sorted { ($0.dueAt, $0.rung.afterSeconds) < ($1.dueAt, $1.rung.afterSeconds) }
            .map { .climb($0.rung, as: $0.name) }
    }

    private func due(
        _ rung: Rung, of shift: Shift, at hospital: Hospital, for entry: LadderEntry, by now: Timestamp
    ) -> (rung: Rung, name: String, dueAt: Timestamp)? {
        let ownTime = entry.roundBeganAt + .seconds(rung.afterSeconds)
        guard ownTime <= now else { return nil }
        let minute = zone.secondOfDay(ownTime) / 60
        let isTakenOver = !shift.hours.contains(minute)
        var name = rung.name
        if isTakenOver {
            let onDuty = hospital.shifts.first { $0.hours.contains(minute) }
            let inTime = onDuty?.ladders[entry.priority]?.first { $0.afterSeconds == rung.afterSeconds }
            // The name tells apart who stands on the same rung in different shifts, by the same sink perhaps.
            if inTime?.who != rung.who { name = "\(rung.name) \(rung.who)" }
        }
        // A policy that was changed since may have the rung tell others too.
        guard !(entry.climbed[name] ?? []).isSuperset(of: rung.sinks) else { return nil }
        let dueAt = isTakenOver ? shift.hours.start(from: ownTime, in: zone) : ownTime
        return dueAt <= now && now - dueAt <= EscalationLimits.latestRung ? (rung, name, dueAt) : nil
    }

    /// Whom to tell by now that no reader of a hospital has been there since.
    public func dueForAbsence(of hospital: Hospital, since: Timestamp, at now: Timestamp) -> [Rung] {
        (hospital.nobodyThere ?? nobodyThere).filter { since + .seconds($0.afterSeconds) <= now }
    }

    /// Of the site's walls.
    private var zone: TimeZone { TimeZone(site: timeZone) ?? .gmt }
}
