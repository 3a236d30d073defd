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
    case outOfOrder(lower: String, higher: String)

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
        case .outOfOrder(let lower, let higher):
            "\(lower) must not exceed \(higher)"
        }
    }
}

extension TriageTable {
    /// The widest values that can be meant. They only catch slips of the pen: a limit in microvolts, seconds for
    /// milliseconds, a sign. 5 mV and 10 s are the width of a page, 400/min is beyond any ventricular rate but
    /// fibrillation.
    private enum Bounds {
        static let amplitude = 0.01...5.0
        static let duration = 20.0...60_000.0
        static let rate = 10.0...400.0
        static let count = 1.0...100.0
        static let share = 0.01...10.0
        static let formula = 1.0...100.0
        static let ratio = -5.0 ... -0.01
        static let standardErrors = 0.0...5.0
    }

    /// Checks everything that an edit may have got wrong.
    public func validate() throws(TriageTableError) {
        guard !version.isEmpty else { throw .missingVersion }
        var ids: Set<String> = []
        for (position, rule) in rules.enumerated() {
            guard !rule.id.isEmpty else { throw .emptyRule(position: position) }
            guard ids.insert(rule.id).inserted else { throw .duplicateRule(id: rule.id) }
            guard !rule.source.isEmpty else { throw .missingSource(rule: rule.id) }
        }
        for (entry, value) in amplitudes { try Self.check(entry, value.value, "mV", Bounds.amplitude) }
        for (entry, value) in durations { try Self.check(entry, value.value, "ms", Bounds.duration) }
        for (entry, value) in rates { try Self.check(entry, value.value, "/min", Bounds.rate) }
        for (entry, value) in counts { try Self.check(entry, Double(value), "", Bounds.count) }
        for (entry, value) in shares { try Self.check(entry, value, "", Bounds.share) }
        let formulas = mimics.earlyRepolarisation
        try Self.check("mimics.earlyRepolarisation.fourVariableLimit", formulas.fourVariableLimit, "", Bounds.formula)
        try Self.check("mimics.earlyRepolarisation.threeVariableLimit", formulas.threeVariableLimit, "", Bounds.formula)
        try Self.check(
            "mimics.earlyRepolarisation.fourVariableExclusion", formulas.fourVariableExclusion, "", Bounds.formula)
        try Self.check(
            "mimics.earlyRepolarisation.threeVariableExclusion", formulas.threeVariableExclusion, "", Bounds.formula)
        try Self.check("anteriorFormula.fourVariableLimit", anteriorFormula.fourVariableLimit, "", Bounds.formula)
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
        try Self.check("sgarbossa.excessiveRatio", sgarbossa.excessiveRatio, "", Bounds.ratio)
        try Self.check("evidence.standardErrors", evidence.standardErrors, "", Bounds.standardErrors)
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

    private static func check(
        _ entry: String, _ value: Double, _ unit: String, _ allowed: ClosedRange<Double>
    ) throws(TriageTableError) {
        guard value.isFinite, allowed.contains(value) else {
            throw .outOfRange(entry: entry, value: value, unit: unit, allowed: allowed)
        }
    }

    private var amplitudes: [(String, Millivolts)] {
        stElevation.limits.enumerated().map { ("stElevation.limits[\($0.offset)].elevation", $0.element.elevation) } + [
            ("stElevation.reciprocalDepression", stElevation.reciprocalDepression),
            ("stElevation.unmistakable", stElevation.unmistakable),
            ("sgarbossa.concordantElevation", sgarbossa.concordantElevation),
            ("sgarbossa.concordantDepression", sgarbossa.concordantDepression),
            ("sgarbossa.discordantElevation", sgarbossa.discordantElevation),
            ("sgarbossa.ratioElevation", sgarbossa.ratioElevation),
            ("posterior.depression", posterior.depression),
            ("diffuseIschaemia.elevationAVR", diffuseIschaemia.elevationAVR),
            ("diffuseIschaemia.depression", diffuseIschaemia.depression),
            ("diffuseIschaemia.depressionBeyondStrain", diffuseIschaemia.depressionBeyondStrain),
            ("deWinter.depression", deWinter.depression), ("deWinter.rise", deWinter.rise),
            ("deWinter.tallT", deWinter.tallT), ("anteriorFormula.elevation", anteriorFormula.elevation),
            ("noncontiguous.elevation", noncontiguous.elevation),
            ("noncontiguous.depression", noncontiguous.depression),
            ("stDepression.depression", stDepression.depression),
            ("wellens.deepInversion", wellens.deepInversion),
            ("wellens.biphasicInversion", wellens.biphasicInversion),
            ("wellens.quietST", wellens.quietST), ("wellens.deepestQ", wellens.deepestQ),
            ("tInversion.inversion", tInversion.inversion), ("tInversion.prominentR", tInversion.prominentR),
            ("evolvingInfarction.depthOfQ", evolvingInfarction.depthOfQ),
            ("evolvingInfarction.negligibleR", evolvingInfarction.negligibleR),
            ("evolvingInfarction.inversion", evolvingInfarction.inversion), ("hyperacuteT.height", hyperacuteT.height),
            ("mimics.hypertrophy.sokolowLyon", mimics.hypertrophy.sokolowLyon),
            ("mimics.hypertrophy.rInAVL", mimics.hypertrophy.rInAVL),
            ("mimics.hypertrophy.cornellMen", mimics.hypertrophy.cornellMen),
            ("mimics.hypertrophy.cornellWomen", mimics.hypertrophy.cornellWomen),
            ("mimics.pericarditis.excludingDepression", mimics.pericarditis.excludingDepression),
            ("mimics.brugada.elevation", mimics.brugada.elevation), ("mimics.brugada.fall", mimics.brugada.fall),
            ("mimics.aneurysm.deepQ", mimics.aneurysm.deepQ),
        ]
    }

    private var durations: [(String, Milliseconds)] {
        let values = criticalValues
        return [
            ("posterior.broadR", posterior.broadR), ("evolvingInfarction.durationOfQ", evolvingInfarction.durationOfQ),
            ("criticalValues.ventricularFibrillation.duration", values.ventricularFibrillation.duration),
            (
                "criticalValues.sustainedVentricularTachycardia.duration",
                values.sustainedVentricularTachycardia.duration
            ),
            ("criticalValues.shortestWhollyTachycardicRecording", values.shortestWhollyTachycardicRecording),
            ("criticalValues.preexcitedFibrillation.duration", values.preexcitedFibrillation.duration),
            ("criticalValues.longRRWithSymptoms.duration", values.longRRWithSymptoms.duration),
            ("criticalValues.longRR.duration", values.longRR.duration),
            ("criticalValues.asystole.duration", values.asystole.duration),
            ("criticalValues.longQTc.duration", values.longQTc.duration),
            ("context.longPR.duration", context.longPR.duration),
            ("context.longQTc.duration", context.longQTc.duration),
        ]
    }

    private var rates: [(String, BeatsPerMinute)] {
        let values = criticalValues
        return [
            ("criticalValues.sustainedVentricularTachycardia.rate", values.sustainedVentricularTachycardia.rate),
            ("criticalValues.ventricularRun.rate", values.ventricularRun.rate),
            ("criticalValues.ventricularSalvo.rate", values.ventricularSalvo.rate),
            ("criticalValues.supraventricularTachycardia.rate", values.supraventricularTachycardia.rate),
            ("criticalValues.bradycardia.rate", values.bradycardia.rate),
            ("mimics.tachycardia", mimics.tachycardia),
            ("context.tachycardia.rate", context.tachycardia.rate),
            ("context.bradycardia.rate", context.bradycardia.rate),
        ]
    }

    private var counts: [(String, Int)] {
        [
            ("evidence.assessmentsToHold", evidence.assessmentsToHold), ("evidence.fewestBeats", evidence.fewestBeats),
            ("evidence.fewestBeatsWhenEnded", evidence.fewestBeatsWhenEnded),
            ("evidence.fewestLeads", evidence.fewestLeads), ("sgarbossa.leastScore", sgarbossa.leastScore),
            ("sgarbossa.concordantElevationPoints", sgarbossa.concordantElevationPoints),
            ("sgarbossa.concordantDepressionPoints", sgarbossa.concordantDepressionPoints),
            ("sgarbossa.discordantElevationPoints", sgarbossa.discordantElevationPoints),
            ("criticalValues.fewestLeadsOfAsystole", criticalValues.fewestLeadsOfAsystole),
            ("diffuseIschaemia.fewestDepressedLeads", diffuseIschaemia.fewestDepressedLeads),
            ("mimics.pericarditis.fewestElevatedLeads", mimics.pericarditis.fewestElevatedLeads),
            (
                "criticalValues.sustainedVentricularTachycardia.fewestBeats",
                criticalValues.sustainedVentricularTachycardia.fewestBeats
            ),
            ("criticalValues.ventricularRun.fewestBeats", criticalValues.ventricularRun.fewestBeats),
            ("criticalValues.ventricularSalvo.fewestBeats", criticalValues.ventricularSalvo.fewestBeats),
        ]
    }

    private var shares: [(String, Double)] {
        [
            ("stElevation.laterShare", stElevation.laterShare),
            ("stElevation.evidentMultipleInV1ToV4", stElevation.evidentMultipleInV1ToV4),
            ("shape.greatestRiseShare", shape.greatestRiseShare),
            ("evolvingInfarction.shareOfR", evolvingInfarction.shareOfR),
            ("hyperacuteT.shareOfQRS", hyperacuteT.shareOfQRS), ("posterior.ratioRToS", posterior.ratioRToS),
            ("deWinter.shareAt40", deWinter.shareAt40),
            ("sgarbossa.clearPolarity", sgarbossa.clearPolarity),
            ("mimics.hypertrophy.elevationShareOfQRS", mimics.hypertrophy.elevationShareOfQRS),
            ("mimics.earlyRepolarisation.elevationShareOfT", mimics.earlyRepolarisation.elevationShareOfT),
            ("mimics.aneurysm.ratioTToQRS", mimics.aneurysm.ratioTToQRS),
        ]
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
