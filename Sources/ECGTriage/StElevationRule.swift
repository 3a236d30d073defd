import ECGModel

/// ST elevation in contiguous leads, what confirms it, and what explains it without an infarction.
enum StElevationRule {
    static func verdict(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.stElevation
        let suspected = contiguous(in: context) { limits, _ in (limits.lowest, 0) }
        guard !suspected.isEmpty else { return nil }
        let certain = contiguous(in: context) { limits, reading in
            (limits.highest, reading.standardError * context.rules.table.evidence.standardErrors)
        }

        let confirmation = StElevationConfirmation(of: certain, in: context)
        // What the opposite wall confirms is no mimic.
        if !confirmation.isReciprocal, let mimic = mimic(suspected, context) { return mimic }
        if !certain.isEmpty, confirmation.isSufficient {
            return described(
                certain, criteria.confirmed, "suspected acute \(wallNames(certain)) infarction", context,
                limit: \.highest, evidence: confirmation.evidence)
        }
        if let formula = StElevationConfirmation.earlyRepolarisation(suspected, in: context) {
            let rule = context.rules.table.mimics.earlyRepolarisation.rule
            return described(suspected, rule, "early repolarisation", context, evidence: formula, isCoronary: false)
        }
        return described(
            suspected, criteria.unconfirmed,
            "\(wallNames(suspected)) infarction possible, not confirmed by other signs",
            context)
    }

    private static func mimic(_ suspected: [LeadReading], _ context: TriageContext) -> Verdict? {
        let mimics = context.rules.table.mimics
        if ElevationMimics.isBrugada(suspected, context) {
            return described(suspected, mimics.brugada.rule, "coved, Brugada pattern", context)
        }
        if isUnmistakable(suspected, context) { return nil }
        if ElevationMimics.isPericarditis(suspected, context) {
            return described(suspected, mimics.pericarditis.rule, "pericarditis pattern", context)
        }
        if ElevationMimics.isAneurysm(suspected, context) {
            return described(
                suspected, mimics.aneurysm.rule, "Q and small T waves, old infarction likely", context)
        }
        return nil
    }

    /// Whether two neighbours are elevated as no variant, inflamed pericardium or scar elevates them.
    static func isUnmistakable(_ elevated: [LeadReading], _ context: TriageContext) -> Bool {
        let least = context.rules.table.stElevation.unmistakable
        return context.rules.haveNeighbours(elevated.filter { $0.stJ >= least })
    }

    /// The elevated leads that have an elevated contiguous neighbour, in the order of the page.
    ///
    /// - Parameter limit: from the lowest and highest limit of a lead, the limit to take and the margin it must be passed by.
    private static func contiguous(
        in context: TriageContext,
        limit: (StElevationCriteria.PatientLimits, LeadReading) -> (Millivolts, margin: Millivolts)
    ) -> [LeadReading] {
        let laterShare = context.rules.table.stElevation.laterShare
        let elevated = context.beat.readings(of: .allButAVR) { reading in
            guard let limits = context.rules.elevationLimits(of: reading) else { return false }
            let (least, margin) = limit(limits, reading)
            return reading.isElevated(by: least, margin: margin, laterShare: laterShare)
        }
        guard elevated.count > 1 else { return [] }
        return context.rules.withNeighbours(elevated.filter { isUnexplained($0, among: elevated, context) })
    }

    /// Hypertrophy explains a run of contiguous elevated leads as a whole or not at all: it elevates the leads with deep S
    /// waves and, if anything, depresses those with tall R waves. Where the run reaches on to a lead that it does not
    /// elevate, something else does.
    private static func isUnexplained(
        _ reading: LeadReading, among elevated: [LeadReading], _ context: TriageContext
    ) -> Bool {
        var run = [reading]
        var next = 0
        while next < run.count {
            let current = run[next]
            if !followsFromHypertrophy(current, context) { return true }
            for neighbour in elevated
            where context.rules.neighbours(of: current).contains(PageLeads(at: neighbour.position))
                && !run.contains(where: { $0.lead == neighbour.lead })
            {
                run.append(neighbour)
            }
            next += 1
        }
        return false
    }

    /// In hypertrophy a lead with a deep S wave is elevated by rights; only a large share of its QRS complex is not.
    /// Published for V1–V3, applied to every lead whose S exceeds its R, since the reason is the same.
    private static func followsFromHypertrophy(_ reading: LeadReading, _ context: TriageContext) -> Bool {
        guard context.hasHypertrophy, let r = reading.r, let s = reading.s, let qrs = reading.qrs,
            s.magnitude > r
        else { return false }
        return reading.stJ < qrs * context.rules.table.mimics.hypertrophy.elevationShareOfQRS
    }

    /// - Parameter limit: which of a lead's limits the readings passed.
    private static func described(
        _ readings: [LeadReading], _ rule: TriageRule, _ meaning: String, _ context: TriageContext,
        limit: KeyPath<StElevationCriteria.PatientLimits, Millivolts> = \.lowest, evidence: [Evidence] = [],
        isCoronary: Bool = true
    ) -> Verdict {
        let leads = readings.map(\.lead)
        let levels = readings.map { reading in
            Evidence(
                "ST at J", lead: reading.lead, reading.stJ,
                limit: context.rules.elevationLimits(of: reading)?[keyPath: limit])
        }
        var text = "ST elevation in \(Phrases.leads(leads))"
        if let highest = readings.max(by: { $0.stJ < $1.stJ }) {
            text += " (up to \(Phrases.millivolts(highest.stJ)) at J in \(highest.lead))"
        }
        let finding = context.finding(rule, "\(text): \(meaning).", leads: leads, evidence: levels + evidence)
        return Verdict(finding: finding, priority: rule.priority, isCoronary: isCoronary)
    }

    /// `inferior`, `anterolateral`, `inferior and posterior`.
    private static func wallNames(_ readings: [LeadReading]) -> String {
        let walls = walls(of: readings)
        var names = walls.filter { $0 != .lateral }.map { $0 == .right ? "right ventricular" : $0.rawValue }
        if walls.contains(.lateral) {
            switch names.first {
            case "anterior": names[0] = "anterolateral"
            case "inferior": names[0] = "inferolateral"
            default: names.append("lateral")
            }
        }
        return Phrases.list(names)
    }

    static func walls(of readings: [LeadReading]) -> [Wall] { walls(of: readings.leads) }

    /// The walls that the leads look at.
    static func walls(of leads: [Lead]) -> [Wall] {
        Wall.allCases.filter { wall in leads.contains { wall.leads.contains($0) } }
    }
}
