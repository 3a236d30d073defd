import ECGModel

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
        static let weight = -10.0...10.0
        static let ratio = -5.0 ... -0.01
        static let days = 1.0...3650.0
        static let standardErrors = 0.0...5.0
    }

    /// Every number of the table.
    public var criteria: [TriageCriterion] {
        func list<Value>(
            _ entries: [(String, Value)], _ unit: String, _ allowed: ClosedRange<Double>, _ number: (Value) -> Double
        ) -> [TriageCriterion] {
            entries.map { TriageCriterion(name: $0.0, value: number($0.1), unit: unit, allowed: allowed) }
        }
        return list(amplitudes, Millivolts.symbol, Bounds.amplitude, \.value)
            + list(durations, Milliseconds.symbol, Bounds.duration, \.value)
            + list(rates, BeatsPerMinute.symbol, Bounds.rate, \.value)
            + list(counts, "", Bounds.count, Double.init) + list(shares, "", Bounds.share, \.self)
            + list(formulaLimits, "", Bounds.formula, \.self) + list(weights, "", Bounds.weight, \.self)
            + list([("sgarbossa.excessiveRatio", sgarbossa.excessiveRatio)], "", Bounds.ratio, \.self)
            + list([("comparison.settledAfterDays", comparison.settledAfterDays)], "", Bounds.days, Double.init)
            + list([("evidence.standardErrors", evidence.standardErrors)], "", Bounds.standardErrors, \.self)
    }

    private var formulaLimits: [(String, Double)] {
        [
            ("mimics.earlyRepolarisation.fourVariableLimit", mimics.earlyRepolarisation.fourVariableLimit),
            ("mimics.earlyRepolarisation.threeVariableLimit", mimics.earlyRepolarisation.threeVariableLimit),
            ("mimics.earlyRepolarisation.fourVariableExclusion", mimics.earlyRepolarisation.fourVariableExclusion),
            ("mimics.earlyRepolarisation.threeVariableExclusion", mimics.earlyRepolarisation.threeVariableExclusion),
            ("anteriorFormula.fourVariableLimit", anteriorFormula.fourVariableLimit),
        ]
    }

    private var weights: [(String, Double)] {
        [("fourVariables", formulas.fourVariables), ("threeVariables", formulas.threeVariables)].flatMap { entry in
            [
                ("formulas.\(entry.0).st60V3", entry.1.st60V3), ("formulas.\(entry.0).qtc", entry.1.qtc),
                ("formulas.\(entry.0).rV4", entry.1.rV4), ("formulas.\(entry.0).qrsV2", entry.1.qrsV2),
            ]
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
            ("mimics.aneurysm.deepQ", mimics.aneurysm.deepQ), ("comparison.newElevation", comparison.newElevation),
            ("comparison.leastLevel", comparison.leastLevel),
            ("comparison.unchangedWithin", comparison.unchangedWithin),
            ("serialChange.change", serialChange.change),
            ("serialChange.reciprocalChange", serialChange.reciprocalChange),
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
            ("criticalValues.ventricularRun.duration", values.ventricularRun.duration),
            ("criticalValues.ventricularSalvo.duration", values.ventricularSalvo.duration),
            ("criticalValues.shortestWhollyTachycardicRecording", values.shortestWhollyTachycardicRecording),
            ("criticalValues.preexcitedFibrillation.duration", values.preexcitedFibrillation.duration),
            ("criticalValues.longRRWithSymptoms.duration", values.longRRWithSymptoms.duration),
            ("criticalValues.longRR.duration", values.longRR.duration),
            ("criticalValues.asystole.duration", values.asystole.duration),
            ("criticalValues.longQTc.duration", values.longQTc.duration),
            ("comparison.sameQRSWithin", comparison.sameQRSWithin),
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
}
