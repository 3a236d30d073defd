import ECGModel

/// What is new against the patient's earlier recordings, and what was there before.
enum ComparisonRule {
    static func add(to verdicts: inout [Verdict], _ context: TriageContext) {
        guard !context.rules.baselines.isEmpty else { return }
        if let verdict = newElevation(context) { verdicts.append(verdict) }
        if let verdict = newBlock(context) { verdicts.append(verdict) }
    }

    // MARK: What is new

    /// J points that have risen since an earlier recording, absolute limits or not. The newest recording may already show
    /// the infarct, so every one that is given counts.
    private static func newElevation(_ context: TriageContext) -> Verdict? {
        guard !context.needsSgarbossa, !context.conduction.isPreexcited else { return nil }
        for baseline in context.rules.baselines where isComparable(baseline, context) {
            let risen = context.rules.withNeighbours(
                context.readings(of: .allButAVR) { isNewlyElevated($0, since: baseline, context) })
            guard !risen.isEmpty else { continue }
            return verdict(risen, since: baseline, context)
        }
        return nil
    }

    private static func isNewlyElevated(
        _ reading: LeadReading, since baseline: PatientRules.Baseline, _ context: TriageContext
    ) -> Bool {
        let criteria = context.rules.table.comparison
        guard reading.stJ >= criteria.leastLevel, let before = baseline.levels[reading.position] else { return false }
        let margin = reading.standardError * context.rules.table.evidence.standardErrors
        guard reading.stJ - before.stJ - margin >= criteria.newElevation else { return false }
        let later = criteria.newElevation * context.rules.table.stElevation.laterShare
        return reading.st40 - before.st40 >= later && reading.st60 - before.st60 >= later
    }

    private static func verdict(
        _ risen: [LeadReading], since baseline: PatientRules.Baseline, _ context: TriageContext
    ) -> Verdict {
        let criteria = context.rules.table.comparison
        let opposite = context.rules.reciprocalLeads(to: StElevationRule.walls(of: risen))
        let fallen = context.readings(of: opposite.subtracting(.aVR)) { reading in
            guard let before = baseline.levels[reading.position] else { return false }
            let limit = -context.rules.table.stElevation.reciprocalDepression
            return reading.stJ <= limit && reading.stJ - before.stJ <= limit && !context.isSecondary(reading)
        }
        let beyondLimits = risen.filter { reading in
            context.rules.elevationLimits(of: reading).map { reading.stJ >= $0.highest } ?? false
        }
        let isPlain = !context.hasWideComplex && !context.isTachycardic
        let isInfarct =
            isPlain && context.rules.haveNeighbours(beyondLimits)
            && StElevationConfirmation.earlyRepolarisation(risen, in: context) == nil
        let rule = !fallen.isEmpty || isInfarct ? criteria.confirmed : criteria.unconfirmed
        let evidence =
            risen.flatMap { change(of: $0, since: baseline, limit: criteria.newElevation) }
            + fallen.flatMap {
                change(of: $0, since: baseline, limit: -context.rules.table.stElevation.reciprocalDepression)
            }
        return Verdict(
            finding: context.finding(
                rule,
                "New ST elevation in \(Phrases.leads(risen.leads)) since a recording \(Phrases.days(baseline.ageDays)) "
                    + "earlier: suspected acute infarction.",
                leads: risen.leads, evidence: evidence),
            priority: rule.priority)
    }

    private static func change(
        of reading: LeadReading, since baseline: PatientRules.Baseline, limit: Millivolts
    ) -> [Evidence] {
        guard let before = baseline.levels[reading.position] else { return [] }
        return [
            Evidence("ST at J", lead: reading.lead, reading.stJ),
            Evidence("Change of ST at J", lead: reading.lead, reading.stJ - before.stJ, limit: limit),
        ]
    }

    private static func newBlock(_ context: TriageContext) -> Verdict? {
        guard context.conduction.isLeftBundleBranchBlock,
            let before = context.rules.baselines.first(where: { !$0.levels.isEmpty }),
            !before.conduction.isLeftBundleBranchBlock, !before.conduction.isPaced
        else { return nil }
        let rule = context.rules.table.comparison.newBlock
        return Verdict(
            finding: context.finding(
                rule,
                "Left bundle-branch block that a recording \(Phrases.days(before.ageDays)) earlier does not have."),
            priority: rule.priority)
    }

    // MARK: What was there before

    /// Lowers what pages to what is read promptly, never further, where an earlier recording that has settled shows the
    /// same ST levels in the leads that spoke and in those opposite to them: an old infarction, an aneurysm, a variant.
    static func lowerUnchanged(_ verdicts: inout [Verdict], _ context: TriageContext) {
        guard !context.rules.baselines.isEmpty else { return }
        for index in verdicts.indices where verdicts[index].priority == .high {
            guard let settled = unchanged(verdicts[index], context) else { continue }
            verdicts[index].limitPriority(to: .medium)
            verdicts[index].finding.text +=
                " Unchanged since a recording \(Phrases.days(settled.ageDays)) earlier."
            for lead in verdicts[index].finding.leads {
                guard let position = PageLeads.position(of: lead), let before = settled.levels[position] else {
                    continue
                }
                verdicts[index].finding.evidence.append(Evidence("Earlier ST at J", lead: lead, before.stJ))
            }
        }
    }

    /// The settled recording that shows what spoke already, if there is one and no recording shows otherwise.
    private static func unchanged(_ verdict: Verdict, _ context: TriageContext) -> PatientRules.Baseline? {
        let criteria = context.rules.table.comparison
        let spoke = PageLeads(verdict.finding.leads + verdict.finding.evidence.compactMap(\.lead))
        let readings = context.beat.readings(of: spoke)
        let leads = spoke.union(context.rules.reciprocalLeads(to: StElevationRule.walls(of: readings)))
        guard !readings.isEmpty, context.recordingQuality.limbReversal == nil else { return nil }
        var settled: PatientRules.Baseline?
        for baseline in context.rules.baselines {
            guard isComparable(baseline, context) else { return nil }
            for reading in context.beat.readings(of: leads) {
                guard let before = baseline.levels[reading.position] else {
                    if spoke.contains(PageLeads(at: reading.position)) { return nil }
                    continue
                }
                guard (reading.stJ - before.stJ).magnitude <= criteria.unchangedWithin else { return nil }
            }
            if baseline.ageDays >= criteria.settledAfterDays { settled = baseline }
        }
        return settled
    }

    private static func isComparable(_ baseline: PatientRules.Baseline, _ context: TriageContext) -> Bool {
        guard baseline.conduction == context.conduction else { return false }
        guard let now = context.intervals.qrs, let before = baseline.qrs else { return true }
        return (now - before).magnitude <= context.rules.table.comparison.sameQRSWithin
    }
}
