import ECGModel

/// Ischaemia without occlusion: horizontal ST depression, inverted T waves, and the Wellens pattern.
enum IschaemiaRule {
    static func add(to verdicts: inout [Verdict], _ context: TriageContext) {
        if let verdict = depression(context) { verdicts.append(verdict) }
        if let verdict = wellens(context) { verdicts.append(verdict) }
        if let verdict = tInversion(context) { verdicts.append(verdict) }
    }

    private static func depression(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.stDepression
        let limit = -criteria.depression
        let standardErrors = context.rules.table.evidence.standardErrors
        let depressed = context.readings(of: .allButAVR) { reading in
            reading.stJ + reading.standardError * standardErrors <= limit && reading.st40 <= limit
                && reading.st60 <= limit && reading.st80 <= limit && !context.isSecondary(reading)
        }
        let fired = context.rules.withNeighbours(depressed)
        guard let deepest = fired.min(by: { $0.stJ < $1.stJ }) else { return nil }
        return described(
            fired, criteria.rule,
            "Horizontal ST depression in \(Phrases.leads(fired.map(\.lead))) "
                + "(down to \(Phrases.millivolts(deepest.stJ)) at J in \(deepest.lead)): suspected acute ischaemia.",
            fired.map { Evidence("ST at J", lead: $0.lead, $0.stJ, limit: limit) }, context)
    }

    /// In contiguous leads of V2–V3, with a kept R wave, no deep Q and hardly any elevation.
    private static func wellens(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.wellens
        guard !context.hasHypertrophy else { return nil }
        // Behind a right bundle-branch block V2 may be out of reach, and V4 shows what V3 shows.
        let leads: PageLeads = context.conduction.isRightBundleBranchBlock ? .v2ToV4 : .v2AndV3
        let inverted = context.readings(of: leads) { reading in
            guard !context.isSecondary(reading), let r = reading.r, r > 0, (reading.q ?? 0) > -criteria.deepestQ,
                reading.stJ.magnitude < criteria.quietST, let t = reading.t
            else { return false }
            let second = reading.tSecond ?? 0
            let isBiphasic = min(t, second) <= -criteria.biphasicInversion && max(t, second) > 0
            return isBiphasic || t <= -criteria.deepInversion
        }
        let fired = context.rules.withNeighbours(inverted)
        guard !fired.isEmpty else { return nil }
        return described(
            fired, criteria.rule,
            "Biphasic or deeply inverted T waves in \(Phrases.leads(fired.leads)) with a quiet ST segment: suspected "
                + "critical stenosis of the LAD (Wellens).",
            fired.compactMap { reading in
                guard let t = reading.t else { return nil }
                if t <= -criteria.deepInversion {
                    return Evidence("T", lead: reading.lead, t, limit: -criteria.deepInversion)
                }
                return Evidence(
                    "Negative part of T", lead: reading.lead, min(t, reading.tSecond ?? 0),
                    limit: -criteria.biphasicInversion)
            }, context)
    }

    private static func tInversion(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.tInversion
        let inverted = context.readings(of: .allButAVR) { reading in
            guard let t = reading.t, t < -criteria.inversion, let r = reading.r, r >= criteria.prominentR else {
                return false
            }
            return reading.isUpright && !context.isSecondary(reading)
        }
        let fired = context.rules.withNeighbours(inverted)
        guard !fired.isEmpty else { return nil }
        return described(
            fired, criteria.rule,
            "T waves inverted in \(Phrases.leads(fired.map(\.lead))): ischaemia possible.",
            fired.compactMap { reading in
                reading.t.map { Evidence("T", lead: reading.lead, $0, limit: -criteria.inversion) }
            }, context)
    }

    private static func described(
        _ readings: [LeadReading], _ rule: TriageRule, _ text: String, _ evidence: [Evidence], _ context: TriageContext
    ) -> Verdict {
        Verdict(
            finding: context.finding(rule, text, leads: readings.map(\.lead), evidence: evidence),
            priority: rule.priority)
    }
}
