import ECGModel

/// Ischaemia without occlusion: horizontal ST depression, inverted T waves, and the Wellens pattern.
enum IschaemiaRule {
    static func verdicts(_ context: TriageContext) -> [Verdict] {
        guard !context.needsSgarbossa, !context.conduction.isPreexcited else { return [] }
        return [depression(context), wellens(context), tInversion(context)].compactMap { $0 }
    }

    private static func depression(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.stDepression
        let limit = -criteria.depression
        let depressed = context.beat.all.filter { reading in
            let margin = reading.standardError * context.table.evidence.standardErrors
            return reading.lead != .aVR && reading.stJ + margin <= limit && reading.st40 <= limit
                && reading.st60 <= limit && reading.st80 <= limit && !context.isSecondary(reading)
        }
        let fired = withNeighbours(depressed, context)
        guard let deepest = fired.min(by: { $0.stJ < $1.stJ }) else { return nil }
        return described(
            fired, criteria.rule,
            "Horizontal ST depression in \(Phrases.leads(fired.map(\.lead))) "
                + "(down to \(Phrases.millivolts(deepest.stJ)) at J in \(deepest.lead)): suspected acute ischaemia.",
            fired.map { Evidence("ST at J", lead: $0.lead, $0.stJ, limit: limit) }, context)
    }

    /// In both V2 and V3, with a kept R wave, no deep Q and hardly any elevation.
    private static func wellens(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.wellens
        guard !context.conduction.isRightBundleBranchBlock, context.hypertrophy == nil else { return nil }
        let fired = context.beat.readings(of: [.v2, .v3]).filter { reading in
            guard let waves = reading.waves, let r = waves.r, r > 0, (waves.q ?? 0) > -criteria.deepestQ,
                reading.stJ.magnitude < criteria.quietST, let t = waves.t
            else { return false }
            let second = waves.tSecond ?? 0
            let isBiphasic = min(t, second) <= -criteria.biphasicInversion && max(t, second) > 0
            return isBiphasic || t <= -criteria.deepInversion
        }
        guard fired.count == 2 else { return nil }
        return described(
            fired, criteria.rule,
            "Biphasic or deeply inverted T waves in V2, V3 with a quiet ST segment: suspected critical stenosis of the "
                + "LAD (Wellens).",
            fired.compactMap { reading in
                reading.t.map { Evidence("T", lead: reading.lead, $0, limit: -criteria.deepInversion) }
            }, context)
    }

    private static func tInversion(_ context: TriageContext) -> Verdict? {
        let criteria = context.table.tInversion
        let inverted = context.beat.all.filter { reading in
            guard reading.lead != .aVR, let t = reading.t, let r = reading.r, let s = reading.s else { return false }
            return t < -criteria.inversion && r >= criteria.prominentR && r > s.magnitude
                && !context.isSecondary(reading)
        }
        let fired = withNeighbours(inverted, context)
        guard !fired.isEmpty else { return nil }
        return described(
            fired, criteria.rule,
            "T waves inverted in \(Phrases.leads(fired.map(\.lead))): ischaemia possible.",
            fired.compactMap { reading in
                reading.t.map { Evidence("T", lead: reading.lead, $0, limit: -criteria.inversion) }
            }, context)
    }

    private static func withNeighbours(_ readings: [LeadReading], _ context: TriageContext) -> [LeadReading] {
        readings.filter { a in readings.contains { context.table.stElevation.areContiguous(a.lead, $0.lead) } }
    }

    private static func described(
        _ readings: [LeadReading], _ rule: TriageRule, _ text: String, _ evidence: [Evidence], _ context: TriageContext
    ) -> Verdict {
        Verdict(
            finding: context.finding(rule, text, leads: readings.map(\.lead), evidence: evidence),
            priority: rule.priority)
    }
}
