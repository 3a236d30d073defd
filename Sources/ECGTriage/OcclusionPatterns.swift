import ECGModel

/// Occlusions that show no ST elevation in contiguous leads.
enum OcclusionPatterns {
    /// The more particular patterns come first: theirs is the name where depression of V1–V4 belongs to several.
    static func add(to verdicts: inout [Verdict], _ context: TriageContext) {
        if let verdict = diffuseIschaemia(context) { verdicts.append(verdict) }
        if let verdict = deWinter(context) { verdicts.append(verdict) }
        if let verdict = posterior(context) { verdicts.append(verdict) }
        if let verdict = highLateral(context) { verdicts.append(verdict) }
        if let verdict = aslanger(context) { verdicts.append(verdict) }
        if let verdict = formula(context) { verdicts.append(verdict) }
        if let verdict = hyperacuteT(context) { verdicts.append(verdict) }
    }

    /// Horizontal depression that is deepest in V1–V4 under upright T waves. The tall broad R that is a posterior infarct's
    /// Q wave seen from the front comes later than the depression: it adds evidence, and behind a fast heart, which
    /// depresses ST by itself, it is asked for.
    private static func posterior(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.posterior
        let share = context.rules.table.stElevation.laterShare
        guard !context.conduction.isRightBundleBranchBlock else { return nil }
        // Level until J+40, where what climbs has lost a quarter of itself: later the tall T wave of V2 and V3 lifts a
        // small depression.
        let depressed = context.readings(of: .v1ToV4) { reading in
            reading.stJ <= -criteria.depression && reading.st40 <= reading.stJ * share && (reading.t ?? 0) > 0
        }
        guard context.rules.haveNeighbours(depressed) else { return nil }
        let deepest = context.readings(of: .allButAVR).min { $0.stJ < $1.stJ }
        guard let deepest, Wall.anterior.leads.contains(deepest.lead) else {
            return nil
        }
        var evidence: [Evidence] = []
        if let v2 = context.reading(of: .v2), let r = v2.r, let s = v2.s, r > s.magnitude * criteria.ratioRToS,
            let broadR = v2.rDuration, broadR > criteria.broadR
        {
            evidence.append(Evidence("R duration", lead: .v2, broadR, limit: criteria.broadR))
        }
        guard !evidence.isEmpty || !context.isTachycardic else { return nil }
        var verdict = described(
            depressed, criteria.rule, limit: -criteria.depression, "ST depression", "suspected posterior infarction",
            context, evidence: evidence)
        // V3 and V4 alone are also where depression of other causes is deepest.
        let isSeenFromV1ToV3 = context.rules.haveNeighbours(depressed.filter { $0.lead != .v4 })
        if context.hasWideComplex || !isSeenFromV1ToV3 { verdict.limitPriority(to: .medium) }
        return verdict
    }

    /// Depressed J points whose ST segments climb into tall T waves. Fast hearts do that by themselves.
    private static func deWinter(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.deWinter
        guard !context.isTachycardic, !context.hasWideComplex else { return nil }
        // What has left the depression by J+40 is the end of a deep S wave.
        let fired = context.readings(of: .precordial) { reading in
            reading.stJ < -criteria.depression && reading.st40 <= -criteria.depression * criteria.shareAt40
                && reading.st80 - reading.stJ >= criteria.rise && (reading.t ?? 0) >= criteria.tallT
        }
        guard context.rules.haveNeighbours(fired) else { return nil }
        return described(
            fired, criteria.rule, limit: -criteria.depression, "Up-sloping ST depression with tall T waves",
            "suspected occlusion of the LAD (de Winter)", context)
    }

    /// aVR up and most other leads down. A fast heart or hypertrophy does it without a coronary cause, and then a prompt
    /// reading is asked for at most.
    private static func diffuseIschaemia(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.diffuseIschaemia
        guard let aVR = context.reading(of: .aVR), aVR.stJ >= criteria.elevationAVR else { return nil }
        let depressed = context.readings(of: PageLeads.standardTwelve.subtracting(.aVR)) { reading in
            reading.isDepressed(by: criteria.depression, laterShare: 0)
        }
        guard depressed.count >= criteria.fewestDepressedLeads else { return nil }
        var verdict = described(
            depressed, criteria.rule, limit: -criteria.depression,
            "ST elevation in aVR (\(Phrases.millivolts(aVR.stJ))) with depression",
            "suspected left main or three-vessel ischaemia", context,
            evidence: [Evidence("ST at J", lead: .aVR, aVR.stJ, limit: criteria.elevationAVR)])
        let beyondStrain = depressed.filter { $0.stJ <= -criteria.depressionBeyondStrain }
        let isStrain = context.hasHypertrophy && beyondStrain.count < criteria.fewestDepressedLeads
        if context.isTachycardic || isStrain { verdict.limitPriority(to: .medium) }
        return verdict
    }

    /// Elevation below the table's limits that Smith's formula takes for an occlusion of the LAD all the same. Asked, as
    /// published, only of upright T waves and narrow complexes without hypertrophy.
    ///
    /// The usual limit of the score is asked of patients in whom one of the two is suspected. A Q wave in V2–V4, which no
    /// early repolarisation has, makes a patient one of them; of everybody else the limit of the higher specificity is.
    private static func formula(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.anteriorFormula
        guard !context.hasWideComplex, !context.hasHypertrophy, !context.isTachycardic else { return nil }
        let elevated = context.readings(of: .v2ToV4) { isElevated($0, by: criteria.elevation, context) }
        guard !elevated.isEmpty, context.readings(of: .v2ToV4, where: { ($0.t ?? 0) <= 0 }).isEmpty,
            context.reading(of: .v2)?.qrs != nil,
            var formula = EarlyRepolarisationRule.anteriorFormula(context)?.evidence
        else { return nil }
        let depthOfQ = context.rules.table.evolvingInfarction.depthOfQ
        let withQ = context.readings(of: .v2ToV4) { ($0.q ?? 0) <= -depthOfQ }
        let limit =
            withQ.isEmpty
            ? criteria.fourVariableLimit : context.rules.table.mimics.earlyRepolarisation.fourVariableLimit
        guard formula.value >= limit else { return nil }
        formula.limit = limit
        return described(
            elevated, criteria.rule, limit: criteria.elevation, "ST elevation",
            "low R waves, long QT: occlusion of the LAD possible", context,
            evidence: [formula]
                + withQ.compactMap { reading in
                    reading.q.map { Evidence("Q", lead: reading.lead, $0, limit: -depthOfQ) }
                })
    }

    /// T waves that tower over their QRS complexes, before ST rises.
    private static func hyperacuteT(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.hyperacuteT
        guard !context.hasWideComplex else { return nil }
        let tall = context.readings(of: .allButAVR) { reading in
            guard let t = reading.t, t >= criteria.height, let qrs = reading.qrs else { return false }
            return t >= qrs * criteria.shareOfQRS
        }
        let fired = context.rules.withNeighbours(tall)
        guard !fired.isEmpty else { return nil }
        return Verdict(
            finding: context.finding(
                criteria.rule,
                "T waves as tall as the QRS complexes in \(Phrases.leads(fired.leads)): hyperacute infarction or "
                    + "hyperkalaemia possible.",
                leads: fired.leads,
                evidence: fired.compactMap { reading in
                    guard let t = reading.t, let qrs = reading.qrs else { return nil }
                    return Evidence("T", lead: reading.lead, t, limit: qrs * criteria.shareOfQRS)
                }),
            priority: criteria.rule.priority)
    }

    private static func highLateral(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.noncontiguous
        guard !context.conduction.isRightBundleBranchBlock, !context.hasHypertrophy, !context.isTachycardic,
            let v2 = context.reading(of: .v2), let aVL = context.reading(of: .aVL), let iii = context.reading(of: .iii),
            isElevated(v2, by: criteria.elevation, context), isElevated(aVL, by: criteria.elevation, context),
            iii.isDepressed(by: criteria.depression, laterShare: context.rules.table.stElevation.laterShare)
        else { return nil }
        return described(
            [aVL, v2], criteria.highLateral, limit: criteria.elevation, "ST elevation",
            "with depression in III, suspected high lateral infarction", context,
            evidence: [Evidence("Reciprocal ST at J", lead: .iii, iii.stJ, limit: -criteria.depression)])
    }

    private static func aslanger(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.noncontiguous
        let share = context.rules.table.stElevation.laterShare
        guard !context.conduction.isRightBundleBranchBlock, let iii = context.reading(of: .iii),
            let ii = context.reading(of: .ii),
            let aVF = context.reading(of: .aVF), let v1 = context.reading(of: .v1), let v2 = context.reading(of: .v2),
            isElevated(iii, by: criteria.elevation, context), !isElevated(ii, by: criteria.elevation, context),
            !isElevated(aVF, by: criteria.elevation, context), v1.stJ > v2.stJ
        else { return nil }
        let depressed = context.readings(of: .v5AndV6) {
            $0.isDepressed(by: criteria.depression, laterShare: share) && !context.isSecondary($0)
        }
        guard !depressed.isEmpty else { return nil }
        return described(
            [iii], criteria.aslanger, limit: criteria.elevation, "ST elevation",
            "with depression in \(Phrases.leads(depressed.map(\.lead))), inferior infarction possible (Aslanger)",
            context,
            evidence: depressed.map { Evidence("ST at J", lead: $0.lead, $0.stJ, limit: -criteria.depression) })
    }

    private static func isElevated(_ reading: LeadReading, by limit: Millivolts, _ context: TriageContext) -> Bool {
        reading.isElevated(
            by: limit, margin: reading.standardError * context.rules.table.evidence.standardErrors,
            laterShare: context.rules.table.stElevation.laterShare)
    }

    private static func described(
        _ readings: [LeadReading], _ rule: TriageRule, limit: Millivolts, _ what: String, _ meaning: String,
        _ context: TriageContext, evidence: [Evidence] = []
    ) -> Verdict {
        let leads = readings.map(\.lead)
        let levels = readings.map { Evidence("ST at J", lead: $0.lead, $0.stJ, limit: limit) }
        return Verdict(
            finding: context.finding(
                rule, "\(what) in \(Phrases.leads(leads)): \(meaning).", leads: leads, evidence: levels + evidence),
            priority: rule.priority)
    }
}
