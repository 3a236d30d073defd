import ECGModel

/// The signs that make an elevation an infarction until proved otherwise.
struct StElevationConfirmation {
    private(set) var evidence: [Evidence] = []
    private(set) var isSufficient = false
    /// Whether the leads that look from behind are depressed.
    private(set) var isReciprocal = false

    init(of elevated: [LeadReading], in context: TriageContext) {
        guard !elevated.isEmpty else { return }
        let criteria = context.rules.table.stElevation
        let reciprocal = Self.reciprocal(to: elevated, in: context)
        isReciprocal = !reciprocal.isEmpty
        evidence = reciprocal.map {
            Evidence("Reciprocal ST at J", lead: $0.lead, $0.stJ, limit: -criteria.reciprocalDepression)
        }
        evidence += Self.rightVentricularSigns(elevated, in: context)
        // A reversed limb lead swaps walls, and pre-excitation changes ST as it changes QRS: a reader must look.
        if context.conduction.isPreexcited { return }
        let elevated = elevated.filter { context.placedLeads.contains(PageLeads(at: $0.position)) }
        if elevated.isEmpty { return }
        if !reciprocal.isEmpty {
            isSufficient = true
            return
        }
        // A wide or hasty complex hides where J is: shape and size are then no proof.
        if context.hasWideComplex || context.isTachycardic { return }

        let straight = elevated.filter { $0.isCoved(context.rules.table.shape) }
        if context.rules.haveNeighbours(straight) {
            evidence += straight.map {
                Evidence("ST at J+40, straight or convex", lead: $0.lead, $0.st40, limit: ($0.stJ + $0.st80) * 0.5)
            }
            isSufficient = true
        }
        if StElevationRule.isUnmistakable(elevated, context) { isSufficient = true }
        let evident = elevated.filter { reading in
            guard Wall.anterior.leads.contains(reading.lead),
                let limits = context.rules.elevationLimits(of: reading)
            else { return false }
            return reading.stJ >= limits.highest * criteria.evidentMultipleInV1ToV4
        }
        if context.rules.haveNeighbours(evident) { isSufficient = true }
        // The formula was derived without hypertrophy, which has its own rule.
        if elevated.allSatisfy({ Lead.precordial.contains($0.lead) }),
            elevated.contains(where: EarlyRepolarisationRule.isJudgedByFormula), !context.hasHypertrophy,
            let formula = EarlyRepolarisationRule.anteriorFormula(context), formula.saysOcclusion
        {
            evidence.append(formula.evidence)
            isSufficient = true
        }
    }

    /// What speaks for early repolarisation, or nil where something speaks against it.
    static func earlyRepolarisation(_ elevated: [LeadReading], in context: TriageContext) -> [Evidence]? {
        guard !context.conduction.isRightBundleBranchBlock, !context.conduction.isPreexcited, !context.isTachycardic,
            elevated.allSatisfy({ context.placedLeads.contains(PageLeads(at: $0.position)) }),
            elevated.allSatisfy({ ($0.t ?? 0) > 0 }), reciprocal(to: elevated, in: context).isEmpty,
            !context.rules.haveNeighbours(elevated.filter(\.isStraightOrConvex)),
            !StElevationRule.isUnmistakable(elevated, context)
        else { return nil }
        let others = elevated.filter { !EarlyRepolarisationRule.isJudgedByFormula($0) }
        guard EarlyRepolarisationRule.isSmallBesideT(others, context) else { return nil }
        guard others.count < elevated.count else { return [] }
        guard let formula = EarlyRepolarisationRule.anteriorFormula(context), formula.excludesOcclusion else {
            return nil
        }
        return [formula.evidenceAgainst]
    }

    /// The depressed leads that look at the elevated walls from behind.
    private static func reciprocal(to elevated: [LeadReading], in context: TriageContext) -> [LeadReading] {
        let criteria = context.rules.table.stElevation
        let leads = context.rules.reciprocalLeads(to: StElevationRule.walls(of: elevated))
        return context.readings(of: leads) {
            $0.isDepressed(by: criteria.reciprocalDepression, laterShare: criteria.laterShare)
                && !context.isSecondary($0)
        }
    }

    /// V1 above V2 and III above II in an inferior infarction: the right ventricle takes part.
    private static func rightVentricularSigns(_ elevated: [LeadReading], in context: TriageContext) -> [Evidence] {
        guard StElevationRule.walls(of: elevated).contains(.inferior), let v1 = context.reading(of: .v1),
            let v2 = context.reading(of: .v2), let ii = context.reading(of: .ii), let iii = context.reading(of: .iii),
            v1.stJ > v2.stJ, v1.stJ > 0, iii.stJ > ii.stJ
        else { return [] }
        return [Evidence("ST at J above V2: right ventricle involved", lead: .v1, v1.stJ, limit: v2.stJ)]
    }
}
