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
        lastSample = measurements.sampleCount
        context.read(measurements)
        let candidates = candidates()
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
            let proposal = AlertProposal(
                finding: candidate.finding, priority: priority, atSample: lastSample ?? 0,
                isCriticalValue: CriticalValueRules.isCriticalValue(code, priority))
            if record(proposal) { proposals.append(proposal) }
        }
        persistence = heldNow
        return proposals
    }

    private func isImplied(_ code: String) -> Bool {
        alerts.contains { CriticalValueRules.implied[$0.code]?.contains(code) ?? false }
    }

    /// Keeps the proposal, and says whether it is new or worse than what was proposed under its code.
    private mutating func record(_ proposal: AlertProposal) -> Bool {
        guard let index = alerts.firstIndex(where: { $0.code == proposal.code }) else {
            alerts.append(proposal)
            return true
        }
        if proposal.priority > alerts[index].priority {
            alerts[index] = proposal
            return true
        }
        if proposal.priority == alerts[index].priority,
            proposal.finding.leads.count > alerts[index].finding.leads.count
        {
            alerts[index].finding = proposal.finding
        }
        return false
    }
}
