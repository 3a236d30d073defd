public import ECGModel

/// Turns the measurements of one recording into findings and alerts, by a site's table.
///
/// A value without clock or chance: the same measurements in the same order give the same alerts, so a recording that is
/// analysed again after a crash proposes what it proposed before.
///
/// Suspected infarction and ischaemia are one alert, `acute-coronary-syndrome`, however many walls and rules take part;
/// the rule that its finding names tells the pattern. Every critical rhythm or interval is an alert of its own code.
public struct Triage: Sendable {
    private let table: TriageTable
    private let patient: Patient
    private var lastSample: SampleIndex?
    /// For every code, how many assessments in a row reached at least each priority.
    private var held: [String: [AlarmPriority: Int]] = [:]

    /// All alerts proposed so far in the order of their first proposal, each with its highest priority and the widest
    /// finding that had it.
    public private(set) var alerts: [AlertProposal] = []
    /// What the last assessment found, alerting or not.
    public private(set) var findings: [Finding] = []

    /// - Parameter table: a table that ``TriageTable/validate()`` accepts.
    public init(table: TriageTable, patient: Patient) {
        self.table = table
        self.patient = patient
    }

    /// Assesses what the analyser knows now; called about once a second of signal, and finally when the recording ends.
    ///
    /// Returns alerts to raise, and alerts to worsen when one of the same code was proposed with a lower priority before.
    /// Asking again about a sample that was already assessed changes nothing, unless the recording has ended meanwhile.
    public mutating func assess(_ measurements: Measurements) -> [AlertProposal] {
        if let lastSample, measurements.sampleCount <= lastSample, !measurements.isFinal { return [] }
        lastSample = measurements.sampleCount

        let measurements = measurements.keepingMeasuredValues()
        let context = TriageContext(table: table, patient: patient, measurements: measurements)
        let coronary = CoronaryRules.verdicts(context)
        let others = ContextFindings.verdicts(context)
        let critical = CriticalValueRules.alerts(context)
        findings = others.map(\.finding) + coronary.map(\.finding) + critical.map(\.finding)

        // What is read off the averaged beat can be a passing error of its shape; a rhythm has lasted already.
        var candidates: [Candidate] = critical.map {
            Candidate(
                finding: $0.finding, priority: $0.priority,
                assessmentsToHold: $0.finding.code == CriticalValueRules.Code.longQTc
                    ? table.evidence.assessmentsToHold : 1)
        }
        if let alert = CoronaryRules.alert(from: coronary) {
            candidates.append(
                Candidate(
                    finding: alert.finding, priority: alert.priority,
                    assessmentsToHold: table.evidence.assessmentsToHold))
        }
        for verdict in coronary where !verdict.isCoronary { candidates.append(contentsOf: candidate(verdict)) }
        for verdict in others {
            // The clinic is told of a poor signal at once and may still mend it; the hospital is told of what remained.
            if verdict.finding.code == table.evidence.unusableSignal.id, !measurements.isFinal { continue }
            candidates.append(contentsOf: candidate(verdict))
        }
        return propose(candidates, measurements)
    }

    private struct Candidate {
        var finding: Finding
        var priority: AlarmPriority
        var assessmentsToHold: Int
    }

    private func candidate(_ verdict: Verdict) -> [Candidate] {
        guard let priority = verdict.priority else { return [] }
        return [
            Candidate(
                finding: verdict.finding, priority: priority, assessmentsToHold: table.evidence.assessmentsToHold)
        ]
    }

    private mutating func propose(_ candidates: [Candidate], _ measurements: Measurements) -> [AlertProposal] {
        let limit: AlarmPriority =
            measurements.recordingQuality.verdict == .unusable ? table.evidence.priorityOnUnusableSignal : .high
        var heldNow: [String: [AlarmPriority: Int]] = [:]
        var proposals: [AlertProposal] = []
        for candidate in candidates {
            let code = candidate.finding.code
            let reached = min(candidate.priority, limit)
            var counts: [AlarmPriority: Int] = [:]
            for priority in AlarmPriority.allCases where priority <= reached {
                counts[priority] = (held[code]?[priority] ?? 0) + 1
            }
            heldNow[code] = counts
            let needed = measurements.isFinal ? 1 : candidate.assessmentsToHold
            guard !isImplied(code), let priority = counts.filter({ $0.value >= needed }).keys.max() else { continue }
            let proposal = AlertProposal(
                finding: candidate.finding, priority: priority, atSample: measurements.sampleCount)
            if record(proposal) { proposals.append(proposal) }
        }
        held = heldNow
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
