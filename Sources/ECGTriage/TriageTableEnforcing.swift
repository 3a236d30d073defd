import ECGModel

extension TriageTable {
    /// Checks what a table must have before it is put into force, beyond ``validate()``: that no slip of the pen, and no
    /// haste, leaves an infarction or a rhythm without output unalerted. A table that was put into force before this was
    /// asked for stays there.
    public func validateForEnforcing() throws(TriageTableError) {
        try validate()
        for lead in Lead.standardTwelve where lead != .aVR {
            guard Lead.standardTwelve.contains(where: { stElevation.areContiguous(lead, $0) }) else {
                throw .noNeighbour(lead: lead)
            }
        }
        for wall in [Wall.inferior, .anterior, .lateral] {
            guard stElevation.reciprocal.contains(where: { $0.wall == wall && !$0.leads.isEmpty }) else {
                throw .emptyList(entry: "stElevation.reciprocal of \(wall)")
            }
        }
        if sgarbossa.depressionLeadsInBlock.isEmpty { throw .emptyList(entry: "sgarbossa.depressionLeadsInBlock") }
        if sgarbossa.depressionLeadsInPacing.isEmpty { throw .emptyList(entry: "sgarbossa.depressionLeadsInPacing") }
        for criterion in criteria {
            guard let most = Self.most(criterion), criterion.value > most else { continue }
            throw .outOfRange(
                entry: criterion.name, value: criterion.value, unit: criterion.unit,
                allowed: criterion.allowed.lowerBound...most)
        }
        for (name, priority, least) in floors where priority.map({ $0 < least }) ?? true {
            throw .priorityTooLow(entry: name, least: least)
        }
    }

    /// What a site may not alert with less than: an infarction with a confirming sign and what has no output ask for
    /// somebody at once in every site, other patterns of occlusion for a prompt reading at least.
    private var floors: [(name: String, priority: AlarmPriority?, least: AlarmPriority)] {
        let high = [
            stElevation.confirmed, criticalValues.ventricularFibrillation.rule, criticalValues.asystole.rule,
            criticalValues.sustainedVentricularTachycardia.rule,
        ]
        let medium = [
            stElevation.unconfirmed, sgarbossa.score, sgarbossa.modified, posterior.rule, diffuseIschaemia.rule,
            deWinter.rule, noncontiguous.highLateral, criticalValues.ventricularRun.rule,
        ]
        return high.map { ("rule \($0.id)", $0.priority, .high) }
            + medium.map { ("rule \($0.id)", $0.priority, .medium) }
            + [("evidence.priorityOnUnusableSignal", evidence.priorityOnUnusableSignal, .medium)]
    }

    /// The highest value of a number that would switch a rule off if it were as high as ``TriageCriterion/allowed`` lets it.
    ///
    /// An elevation of 0.5 mV is unmistakable by this table, and a pattern of the averaged beat that needs more than the
    /// twelve leads, or than the ten seconds and beats of a standard recording, is never found.
    private static func most(_ criterion: TriageCriterion) -> Double? {
        switch criterion.name {
        case "evidence.fewestLeads": 12
        case "evidence.fewestBeats", "evidence.fewestBeatsWhenEnded", "evidence.assessmentsToHold": 10
        case "criticalValues.ventricularFibrillation.duration", "criticalValues.asystole.duration": 10_000
        case let name where name.hasPrefix("stElevation.limits["): 0.5
        default: nil
        }
    }
}
