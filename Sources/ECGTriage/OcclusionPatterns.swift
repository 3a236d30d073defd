import ECGModel

/// Occlusions that show no ST elevation in contiguous leads.
enum OcclusionPatterns {
    /// The more particular patterns come first: theirs is the name where depression of V1–V4 belongs to several.
    static func verdicts(_ context: TriageContext) -> [Verdict] {
        guard !context.needsSgarbossa, !context.conduction.isPreexcited else { return [] }
        return [
            diffuseIschaemia(context), deWinter(context), posterior(context), highLateral(context), aslanger(context),
        ].compactMap { $0 }
    }

    /// Horizontal depression that is deepest in V1–V4 under upright T waves. The tall broad R that is a posterior infarct's
    /// Q wave seen from the front comes later than the depression: it adds evidence, and behind a fast heart, which
    /// depresses ST by itself, it is asked for.
    private static func posterior(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.posterior
        let share = context.table.stElevation.laterShare
        guard !context.conduction.isRightBundleBranchBlock else { return nil }
        let depressed = context.beat.readings(of: Wall.anterior.leads).filter { reading in
            reading.isDepressed(by: criteria.depression, laterShare: share) && (reading.t ?? 0) > 0
        }
        let deepest = context.beat.all.filter { $0.lead != .aVR }.min { $0.stJ < $1.stJ }
        guard haveNeighbours(depressed, context), let deepest, Wall.anterior.leads.contains(deepest.lead) else {
            return nil
        }
        var evidence: [Evidence] = []
        if let v2 = context.beat[.v2], let r = v2.r, let s = v2.s, r > s.magnitude * criteria.ratioRToS,
            let broadR = v2.waves?.rDuration, broadR > criteria.broadR
        {
            evidence.append(Evidence("R duration", lead: .v2, broadR, limit: criteria.broadR))
        }
        guard !evidence.isEmpty || !context.isTachycardic else { return nil }
        return described(
            depressed, criteria.rule, limit: -criteria.depression, "ST depression", "suspected posterior infarction",
            context, evidence: evidence)
    }

    /// Depressed J points whose ST segments climb into tall T waves. Fast hearts do that by themselves.
    private static func deWinter(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.deWinter
        guard !context.isTachycardic, !context.conduction.isRightBundleBranchBlock else { return nil }
        let fired = context.beat.readings(of: Lead.precordial).filter { reading in
            reading.stJ < -criteria.depression && reading.st80 - reading.stJ >= criteria.rise
                && (reading.t ?? 0) >= criteria.tallT
        }
        guard haveNeighbours(fired, context) else { return nil }
        return described(
            fired, criteria.rule, limit: -criteria.depression, "Up-sloping ST depression with tall T waves",
            "suspected occlusion of the LAD (de Winter)", context)
    }

    /// aVR up and most other leads down. A fast heart or hypertrophy does it without a coronary cause, and then a prompt
    /// reading is asked for at most.
    private static func diffuseIschaemia(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.diffuseIschaemia
        guard let aVR = context.beat[.aVR], aVR.stJ >= criteria.elevationAVR else { return nil }
        let depressed = context.beat.all.filter { reading in
            Lead.standardTwelve.contains(reading.lead) && reading.lead != .aVR
                && reading.isDepressed(by: criteria.depression, laterShare: 0)
        }
        guard depressed.count >= criteria.fewestDepressedLeads else { return nil }
        var verdict = described(
            depressed, criteria.rule, limit: -criteria.depression,
            "ST elevation in aVR (\(Phrases.millivolts(aVR.stJ))) with depression",
            "suspected left main or three-vessel ischaemia", context,
            evidence: [Evidence("ST at J", lead: .aVR, aVR.stJ, limit: criteria.elevationAVR)])
        if context.isTachycardic || context.hypertrophy != nil {
            verdict.priority = verdict.priority.map { min($0, .medium) }
        }
        return verdict
    }

    private static func highLateral(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.noncontiguous
        guard !context.conduction.isRightBundleBranchBlock, context.hypertrophy == nil, !context.isTachycardic,
            let v2 = context.beat[.v2], let aVL = context.beat[.aVL], let iii = context.beat[.iii],
            isElevated(v2, by: criteria.elevation, context), isElevated(aVL, by: criteria.elevation, context),
            iii.isDepressed(by: criteria.depression, laterShare: context.table.stElevation.laterShare)
        else { return nil }
        return described(
            [aVL, v2], criteria.highLateral, limit: criteria.elevation, "ST elevation",
            "with depression in III, suspected high lateral infarction", context,
            evidence: [Evidence("Reciprocal ST at J", lead: .iii, iii.stJ, limit: -criteria.depression)])
    }

    private static func aslanger(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.noncontiguous
        let share = context.table.stElevation.laterShare
        guard !context.conduction.isRightBundleBranchBlock, let iii = context.beat[.iii], let ii = context.beat[.ii],
            let aVF = context.beat[.aVF], let v1 = context.beat[.v1], let v2 = context.beat[.v2],
            isElevated(iii, by: criteria.elevation, context), !isElevated(ii, by: criteria.elevation, context),
            !isElevated(aVF, by: criteria.elevation, context), v1.stJ > v2.stJ
        else { return nil }
        let depressed = context.beat.readings(of: [.v5, .v6]).filter {
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
            by: limit, margin: reading.standardError * context.table.evidence.standardErrors,
            laterShare: context.table.stElevation.laterShare)
    }

    private static func haveNeighbours(_ readings: [LeadReading], _ context: TriageContext) -> Bool {
        readings.contains { a in readings.contains { context.table.stElevation.areContiguous(a.lead, $0.lead) } }
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
