import ECGModel

/// An infarction of hours to days: Q waves where the muscle no longer takes part, T waves inverted in the same leads, ST
/// often back to the line.
enum EvolvingInfarctionRule {
    static func add(to verdicts: inout [Verdict], _ context: TriageContext) {
        let criteria = context.rules.table.evolvingInfarction
        let leads = PageLeads.standardTwelve.subtracting(PageLeads([.aVR, .v1]))
        let fired = context.rules.withNeighbours(
            context.readings(of: leads) { reading in
                guard let t = reading.t, t < -criteria.inversion, !context.isSecondary(reading) else { return false }
                return isPathologicalQ(reading, criteria)
            })
        guard !fired.isEmpty else { return }
        verdicts.append(
            Verdict(
                finding: context.finding(
                    criteria.rule,
                    "Q waves with inverted T waves in \(Phrases.leads(fired.leads)): evolving or recent infarction "
                        + "possible.",
                    leads: fired.leads,
                    evidence: fired.flatMap { evidence(of: $0, criteria) }),
                priority: criteria.rule.priority))
    }

    private static func isPathologicalQ(_ reading: LeadReading, _ criteria: EvolvingInfarctionCriteria) -> Bool {
        guard let r = reading.firstR, let s = reading.s, s <= -criteria.depthOfQ else { return false }
        // Where ST is elevated, the end of a QS complex lies above the line by as much and is no R wave.
        if r - max(reading.stJ, 0) <= criteria.negligibleR { return true }
        guard let q = reading.q, q <= -criteria.depthOfQ, q.magnitude >= r * criteria.shareOfR else { return false }
        return (reading.qDuration ?? 0) >= criteria.durationOfQ
    }

    private static func evidence(of reading: LeadReading, _ criteria: EvolvingInfarctionCriteria) -> [Evidence] {
        var evidence: [Evidence] = []
        if let s = reading.s {
            evidence.append(Evidence("Q or S", lead: reading.lead, s, limit: -criteria.depthOfQ))
        }
        if let t = reading.t { evidence.append(Evidence("T", lead: reading.lead, t, limit: -criteria.inversion)) }
        return evidence
    }
}
