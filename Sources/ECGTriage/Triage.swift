public import ECGModel

/// Turns the measurements of one recording into findings and alerts, by a site's table.
///
/// A value without clock or chance: the same measurements in the same order give the same alerts, so a recording that is
/// analysed again after a crash proposes what it proposed before.
///
/// Suspected infarction and ischaemia are one alert, `acute-coronary-syndrome`, however many walls and rules take part;
/// the rule that its finding names tells the pattern. Every critical rhythm or interval is an alert of its own code.
public struct Triage: Sendable {
    private var context: TriageContext
    private var lastSample: SampleIndex?
    private var persistence: [Persistence] = []
    private var courses: [Course] = []

    /// All alerts proposed so far in the order of their first proposal, each with its highest priority and the widest
    /// finding that had it.
    public private(set) var alerts: [AlertProposal] = []

    /// - Parameters:
    ///   - table: a table that ``TriageTable/validate()`` accepts.
    ///   - baselines: what the patient's earlier recordings showed, the newest and the newest that had settled
    ///     (``ComparisonCriteria/settledAfterDays``) above all. ST that is new against any of them raises an alert even
    ///     below the table's limits; what a settled one shows already is lowered from high to medium and never further.
    public init(table: TriageTable, patient: Patient, baselines: [BaselineReading] = []) {
        context = TriageContext(rules: PatientRules(table: table, patient: patient, baselines: baselines))
    }

    /// What the last assessment found, alerting or not. Written out when asked for.
    public var findings: [Finding] {
        guard lastSample != nil else { return [] }
        return ContextFindings.verdicts(context, alertingOnly: false).map(\.finding)
            + CoronaryRules.verdicts(context).map(\.finding) + CriticalValueRules.alerts(context).map(\.finding)
    }

    /// Assesses what the analyser knows now; called about once a second of signal, and finally when the recording ends.
    ///
    /// Returns alerts to raise, and alerts to worsen when one of the same code was proposed with a lower priority before.
    /// Asking again about a sample that was already assessed changes nothing, unless the recording has ended meanwhile.
    public mutating func assess(_ measurements: Measurements) -> [AlertProposal] {
        if let lastSample, measurements.sampleCount <= lastSample, !measurements.isFinal { return [] }
        let elapsed = measurements.sampleCount - (lastSample ?? 0)
        lastSample = measurements.sampleCount
        context.read(measurements)
        let candidates = candidates()
        follow(candidates, for: elapsed, at: measurements.samplingRate)
        if candidates.isEmpty {
            persistence.removeAll(keepingCapacity: true)
            return []
        }
        return propose(candidates)
    }

    private struct Candidate {
        var finding: Finding
        var priority: AlarmPriority
        var assessmentsToHold: Int
    }

    private func candidates() -> [Candidate] {
        let evidence = context.rules.table.evidence
        // What is read off the averaged beat can be a passing error of its shape; a rhythm has lasted already.
        var candidates: [Candidate] = []
        for alert in CriticalValueRules.alerts(context) {
            let isOfTheBeat = alert.finding.code == CriticalValueRules.Code.longQTc
            candidates.append(
                Candidate(
                    finding: alert.finding, priority: alert.priority,
                    assessmentsToHold: isOfTheBeat ? evidence.assessmentsToHold : 1))
        }
        func add(_ finding: Finding, _ priority: AlarmPriority) {
            candidates.append(
                Candidate(finding: finding, priority: priority, assessmentsToHold: evidence.assessmentsToHold))
        }
        let coronary = CoronaryRules.verdicts(context)
        if let alert = CoronaryRules.alert(from: coronary) { add(alert.finding, alert.priority) }
        for verdict in coronary where !verdict.isCoronary {
            if let priority = verdict.priority { add(verdict.finding, priority) }
        }
        for verdict in ContextFindings.verdicts(context, alertingOnly: true) {
            // The clinic is told of a poor signal at once and may still mend it; the hospital is told of what remained.
            if verdict.finding.code == evidence.unusableSignal.id, !context.isFinal { continue }
            if let priority = verdict.priority { add(verdict.finding, priority) }
        }
        return candidates
    }

    /// How many assessments in a row a code reached at least each priority.
    private struct Persistence {
        var code: String
        /// In the order of ``AlarmPriority/allCases``.
        var counts: SIMD3<Int>

        /// The highest priority that lasted long enough.
        func priority(heldFor needed: Int) -> AlarmPriority? {
            AlarmPriority.allCases.indices.last { counts[$0] >= needed }.map { AlarmPriority.allCases[$0] }
        }
    }

    private mutating func propose(_ candidates: [Candidate]) -> [AlertProposal] {
        let limit: AlarmPriority =
            context.recordingQuality.verdict == .unusable
            ? context.rules.table.evidence.priorityOnUnusableSignal : .high
        var heldNow: [Persistence] = []
        var proposals: [AlertProposal] = []
        for candidate in candidates {
            let code = candidate.finding.code
            let reached = min(candidate.priority, limit)
            let before = persistence.first { $0.code == code }?.counts ?? .zero
            var held = Persistence(code: code, counts: .zero)
            for (index, priority) in AlarmPriority.allCases.enumerated() where priority <= reached {
                held.counts[index] = before[index] + 1
            }
            heldNow.append(held)
            let needed = context.isFinal ? 1 : candidate.assessmentsToHold
            guard !isImplied(code), let priority = held.priority(heldFor: needed) else { continue }
            let episode = episode(of: code, reaching: priority)
            let proposal = AlertProposal(
                finding: candidate.finding, priority: priority, atSample: lastSample ?? 0, episode: episode ?? 1,
                isCriticalValue: CriticalValueRules.isCriticalValue(code, priority))
            keep(proposal)
            if episode != nil { proposals.append(proposal) }
        }
        persistence = heldNow
        return proposals
    }

    /// What is part of an episode that goes on is no alert of its own.
    private func isImplied(_ code: String) -> Bool {
        courses.contains { $0.priority != nil && CriticalValueRules.implied[$0.code]?.contains(code) ?? false }
    }

    /// Keeps a proposal that is new under its code, worse than what was proposed before, or wider.
    private mutating func keep(_ proposal: AlertProposal) {
        guard let index = alerts.firstIndex(where: { $0.code == proposal.code }) else {
            alerts.append(proposal)
            return
        }
        if proposal.priority > alerts[index].priority {
            alerts[index] = proposal
        } else if proposal.priority == alerts[index].priority,
            proposal.finding.leads.count > alerts[index].finding.leads.count
        {
            alerts[index].finding = proposal.finding
        }
    }

    // MARK: Episodes

    /// How long a condition has to be absent before its return is proposed as an episode of its own: what somebody
    /// dismissed as an artefact in the first hour must not mask what comes in the second, and what flickers must not page
    /// twice. Our own choice; the episodes of an electrical storm are commonly told apart by 5 minutes, too (not verified
    /// against a consensus document).
    private static let absence = Milliseconds(300_000)

    /// What has been proposed under one code.
    private struct Course {
        var code: String
        var episode = 1
        /// The highest priority that was proposed in the episode; nil once it is over.
        var priority: AlarmPriority?
        var absentSamples = 0
    }

    /// Ends the episodes of what has been absent for long enough. A signal that cannot be read shows no absence.
    private mutating func follow(_ candidates: [Candidate], for samples: Int, at rate: Hertz) {
        let canTell = context.recordingQuality.verdict != .unusable
        for index in courses.indices {
            if candidates.contains(where: { $0.finding.code == courses[index].code }) {
                courses[index].absentSamples = 0
            } else if canTell {
                courses[index].absentSamples += samples
                if Milliseconds(samples: courses[index].absentSamples, at: rate) >= Self.absence {
                    courses[index].priority = nil
                }
            }
        }
    }

    /// The number of the episode that has come so far, if that is to be proposed; nil if it was.
    private mutating func episode(of code: String, reaching priority: AlarmPriority) -> Int? {
        guard let index = courses.firstIndex(where: { $0.code == code }) else {
            courses.append(Course(code: code, priority: priority))
            return 1
        }
        if let proposed = courses[index].priority {
            guard priority > proposed else { return nil }
        } else {
            courses[index].episode += 1
        }
        courses[index].priority = priority
        return courses[index].episode
    }
}
