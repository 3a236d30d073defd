public import ECGModel

/// What is wrong with a site's table; the text names the entry and what would be right.
public enum TriageTableError: Error, Hashable, Sendable, CustomStringConvertible {
    case missingVersion
    case emptyRule(position: Int)
    case duplicateRule(id: String)
    case missingSource(rule: String)
    case outOfRange(entry: String, value: Double, unit: String, allowed: ClosedRange<Double>)
    case noElevationLimit(lead: Lead)
    case emptyAges(position: Int)
    case repeatedLead(entry: String, lead: Lead)
    case unknownCriterion(name: String)
    case outOfOrder(lower: String, higher: String)
    case unknownField(place: String)
    case noNeighbour(lead: Lead)
    case emptyList(entry: String)
    case priorityTooLow(entry: String, least: AlarmPriority)

    public var description: String {
        switch self {
        case .missingVersion:
            "the table has no version: name it, for example \"our-county 2026.1\", so that alerts can say what raised them"
        case .emptyRule(let position):
            "rule \(position + 1) of the table has no id: give it a name in kebab case"
        case .duplicateRule(let id):
            "two rules have the id \(id): give each rule its own"
        case .missingSource(let rule):
            "rule \(rule) names no source: say which paper, definition or consensus it comes from"
        case .outOfRange(let entry, let value, let unit, let allowed):
            "\(entry) is \(value)\(unit.isEmpty ? "" : " \(unit)"): it must be from \(allowed.lowerBound) to "
                + "\(allowed.upperBound)"
        case .noElevationLimit(let lead):
            "some patients have no limit of ST elevation in lead \(lead): add a row to stElevation.limits"
        case .emptyAges(let position):
            "row \(position + 1) of stElevation.limits is for no age: belowAgeYears must exceed fromAgeYears"
        case .repeatedLead(let entry, let lead):
            "\(entry) names lead \(lead) twice: name each lead once"
        case .unknownCriterion(let name):
            "origins names \(name), which is no number of the table: write it as the number's place, for example "
                + "\"posterior.broadR\""
        case .outOfOrder(let lower, let higher):
            "\(lower) must not exceed \(higher)"
        case .unknownField(let place):
            "\(place) is no field of a table and would be passed over: write it as the server's own table does, capital "
                + "letters too, or take it out"
        case .noNeighbour(let lead):
            "stElevation.contiguous gives lead \(lead) no contiguous lead, so that its elevation would raise nothing: name it "
                + "beside one"
        case .emptyList(let entry): "\(entry) names no lead, which switches a rule off: name its leads"
        case .priorityTooLow(let entry, let least):
            "\(entry) must have the priority \(least.rawValue)\(least == .high ? "" : " or higher"): a patient's life may "
                + "hang on it"
        }
    }
}

extension TriageTable {
    /// Checks everything that an edit may have got wrong.
    public func validate() throws(TriageTableError) {
        guard !version.isEmpty else { throw .missingVersion }
        var ids: Set<String> = []
        for (position, rule) in rules.enumerated() {
            guard !rule.id.isEmpty else { throw .emptyRule(position: position) }
            guard ids.insert(rule.id).inserted else { throw .duplicateRule(id: rule.id) }
            guard !rule.source.isEmpty else { throw .missingSource(rule: rule.id) }
        }
        for criterion in criteria {
            guard criterion.value.isFinite, criterion.allowed.contains(criterion.value) else {
                throw .outOfRange(
                    entry: criterion.name, value: criterion.value, unit: criterion.unit, allowed: criterion.allowed)
            }
        }
        for origin in origins {
            guard criteria.contains(where: { origin.covers($0.name) }) else {
                throw .unknownCriterion(name: origin.criterion)
            }
            guard !origin.source.isEmpty else { throw .missingSource(rule: origin.criterion) }
        }
        let formulas = mimics.earlyRepolarisation
        guard formulas.fourVariableExclusion <= formulas.fourVariableLimit else {
            throw .outOfOrder(
                lower: "mimics.earlyRepolarisation.fourVariableExclusion",
                higher: "mimics.earlyRepolarisation.fourVariableLimit")
        }
        guard formulas.threeVariableExclusion <= formulas.threeVariableLimit else {
            throw .outOfOrder(
                lower: "mimics.earlyRepolarisation.threeVariableExclusion",
                higher: "mimics.earlyRepolarisation.threeVariableLimit")
        }
        guard criticalValues.longRRWithSymptoms.duration <= criticalValues.longRR.duration else {
            throw .outOfOrder(
                lower: "criticalValues.longRRWithSymptoms.duration", higher: "criticalValues.longRR.duration")
        }
        try validateElevationLimits()
        for (entry, leads) in leadLists {
            var seen: Set<Lead> = []
            for lead in leads where !seen.insert(lead).inserted { throw .repeatedLead(entry: entry, lead: lead) }
        }
    }

    /// Every patient must have a limit in every lead of the twelve but aVR, which no rule of contiguous elevation reads.
    private func validateElevationLimits() throws(TriageTableError) {
        for (position, row) in stElevation.limits.enumerated() {
            if let from = row.fromAgeYears, let below = row.belowAgeYears, from >= below {
                throw .emptyAges(position: position)
            }
        }
        for lead in Lead.standardTwelve where lead != .aVR {
            for sex in Patient.Sex.allCases {
                for age in AcquisitionLimits.ageYears
                where stElevation.limits(for: lead, of: Patient(sex: sex, ageYears: age)) == nil {
                    throw .noElevationLimit(lead: lead)
                }
            }
        }
    }

    private var leadLists: [(String, [Lead])] {
        stElevation.contiguous.enumerated().map { ("stElevation.contiguous[\($0.offset)]", $0.element) }
            + stElevation.reciprocal.map { ("stElevation.reciprocal of \($0.wall)", $0.leads) }
            + stElevation.limits.enumerated().map { ("stElevation.limits[\($0.offset)].leads", $0.element.leads) }
            + [
                ("sgarbossa.depressionLeadsInBlock", sgarbossa.depressionLeadsInBlock),
                ("sgarbossa.depressionLeadsInPacing", sgarbossa.depressionLeadsInPacing),
            ]
    }
}
