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

    /// All alerts proposed so far in the order of their first proposal, each with its highest priority and the worst finding
    /// that had it: the widest, or of a rhythm or interval the one that went farthest beyond its limit. What grows without
    /// a higher priority is not proposed anew: the alert that was raised keeps the words with which it was.
    public private(set) var alerts: [AlertProposal] = []

    /// - Parameters:
    ///   - table: a table that ``TriageTable/validate()`` accepts.
    ///   - baselines: what the patient's earlier recordings showed, the newest and the newest that had settled
    ///     (``ComparisonCriteria/settledAfterDays``) above all. ST that is new against any of them raises an alert even
    ///     below the table's limits; what a settled one shows already is lowered from high to medium and never further.
    public init(table: TriageTable, patient: Patient, baselines: [BaselineReading] = []) {
        context = TriageContext(rules: PatientRules(table: table, patient: patient, baselines: baselines))
    }

    /// What has been found of the recording so far, alerting or not. Written out when asked for.
    public var findings: [Finding] {
        guard lastSample != nil else { return [] }
        let context = context.ofTheWholeRecording
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
        return propose(candidates, at: measurements.samplingRate)
    }

    private struct Candidate {
        var finding: Finding
        var priority: AlarmPriority
        var assessmentsToHold: Int
        /// Whether it is more than what another condition brings with it.
        var standsByItself = true
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
                    assessmentsToHold: isOfTheBeat ? evidence.assessmentsToHold : 1,
                    standsByItself: CriticalValueRules.standsByItself(alert.finding.code, context)))
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
            let isOfTheSignal =
                verdict.finding.code == evidence.unusableSignal.id || verdict.finding.code == evidence.unjudgedWalls.id
            if isOfTheSignal, !context.isFinal { continue }
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

    private mutating func propose(_ candidates: [Candidate], at rate: Hertz) -> [AlertProposal] {
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
            guard !isImplied(candidate, at: rate), let priority = held.priority(heldFor: needed) else { continue }
            let proposal = AlertProposal(
                finding: candidate.finding, priority: priority, atSample: lastSample ?? 0,
                isCriticalValue: CriticalValueRules.isCriticalValue(code, priority))
            keep(proposal)
            if isNews(code, reaching: priority) { proposals.append(proposal) }
        }
        persistence = heldNow
        return proposals
    }

    /// What follows from a condition by itself is no alert of its own, while the condition is there and as long after it as
    /// it is in what is measured. What was alerted with less priority, as an asystole that one lead does not prove, hides no
    /// worse alert that rests on more.
    private func isImplied(_ candidate: Candidate, at rate: Hertz) -> Bool {
        courses.contains { course in
            guard let proposed = course.priority,
                CriticalValueRules.implied[course.code]?.contains(candidate.finding.code) ?? false,
                Milliseconds(samples: course.absentSamples, at: rate) <= Self.aftermath
            else { return false }
            return proposed >= candidate.priority || !candidate.standsByItself
        }
    }

    /// An asystole's length is in the mean rates of the ten seconds after it, and those are recent for ten seconds more
    /// (``RhythmExtremes/recentSeconds``); as long again, so that nothing rests on a second.
    private static let aftermath = Milliseconds(40_000)

    /// Keeps a proposal that is new under its code or worse than what was proposed before.
    private mutating func keep(_ proposal: AlertProposal) {
        guard let index = alerts.firstIndex(where: { $0.code == proposal.code }) else {
            alerts.append(proposal)
            return
        }
        if proposal.priority > alerts[index].priority {
            alerts[index] = proposal
        } else if proposal.priority == alerts[index].priority,
            Self.isWorse(proposal.finding, than: alerts[index].finding)
        {
            alerts[index].finding = proposal.finding
        }
    }

    private static func isWorse(_ finding: Finding, than known: Finding) -> Bool {
        guard finding.leads.isEmpty, known.leads.isEmpty else { return finding.leads.count > known.leads.count }
        guard let number = finding.evidence.first, let limit = number.limit, let before = known.evidence.first,
            number.name == before.name
        else { return false }
        return number.value > limit ? number.value > before.value : number.value < min(limit, before.value)
    }

    // MARK: Episodes

    /// What has been proposed under one code.
    private struct Course {
        var code: String
        /// The highest priority that was proposed in the episode and has not been absent since; nil once nothing of it is
        /// left.
        var priority: AlarmPriority?
        /// Since the condition was last there at all, and since it last had that priority.
        var absentSamples = 0
        var milderSamples = 0
    }

    /// Ends the episodes of what has been absent, or milder, for long enough. A signal that cannot be read shows neither.
    private mutating func follow(_ candidates: [Candidate], for samples: Int, at rate: Hertz) {
        let canTell = context.recordingQuality.verdict != .unusable
        for index in courses.indices {
            let code = courses[index].code
            let present = candidates.lazy.filter { $0.finding.code == code }.map(\.priority).max()
            if present != nil {
                courses[index].absentSamples = 0
            } else if canTell {
                courses[index].absentSamples += samples
            }
            guard let proposed = courses[index].priority else { continue }
            if let present, present >= proposed {
                courses[index].milderSamples = 0
            } else if canTell {
                courses[index].milderSamples += samples
                if Milliseconds(samples: courses[index].milderSamples, at: rate) >= AlertProposal.absenceBetweenEpisodes
                {
                    courses[index].priority = present
                    courses[index].milderSamples = 0
                }
            }
        }
    }

    /// Whether what has come so far is to be proposed, which is noted as done.
    private mutating func isNews(_ code: String, reaching priority: AlarmPriority) -> Bool {
        guard let index = courses.firstIndex(where: { $0.code == code }) else {
            courses.append(Course(code: code, priority: priority))
            return true
        }
        if let proposed = courses[index].priority, priority <= proposed { return false }
        courses[index].priority = priority
        courses[index].milderSamples = 0
        return true
    }
}
