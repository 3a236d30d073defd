extension CriterionOrigin {
    /// The origin of every number of ``TriageTable/countyDefault``.
    ///
    /// Verified are digits that were found in print, in the paper or in a text that quotes it. Everything reproduced from
    /// general knowledge is marked as not verified, and so is what the table's author chose, with the experiment that chose
    /// it: there is no print to check it against.
    static let countyDefault: [CriterionOrigin] = elevation + occlusion + ischaemia + comparison + mimics + rest

    private static let universalDefinition = "Fourth Universal Definition of Myocardial Infarction (Thygesen 2018)"
    private static let healthy = "chosen on 200 recordings of healthy people"
    private static let simulated = "chosen on simulated infarcts of 1.5 times the limit"
    private static let memory = ", from memory"

    private static let elevation = [
        CriterionOrigin("stElevation.limits", universalDefinition, isVerified: true),
        CriterionOrigin(
            "stElevation.reciprocalDepression",
            "the least depression that the " + universalDefinition + " calls ischaemic; chosen for opposite leads",
            isVerified: false),
        CriterionOrigin("stElevation.laterShare", simulated, isVerified: false),
        CriterionOrigin(
            "stElevation.unmistakable", "Driver and Smith 2017 exclude it from their formula; chosen here as proof",
            isVerified: false),
        CriterionOrigin("stElevation.evidentMultipleInV1ToV4", simulated, isVerified: false),
        CriterionOrigin("shape", simulated + " and on 200 recordings of healthy people", isVerified: false),
        CriterionOrigin("evidence", simulated + " in noise", isVerified: false),
    ]

    private static let occlusion = [
        CriterionOrigin("sgarbossa", "Sgarbossa, N Engl J Med 1996", isVerified: true),
        CriterionOrigin("sgarbossa.excessiveRatio", "Smith, Ann Emerg Med 2012", isVerified: true),
        CriterionOrigin("sgarbossa.ratioElevation", "Smith, Ann Emerg Med 2012", isVerified: true),
        CriterionOrigin("sgarbossa.clearPolarity", "chosen: beyond the error of either wave", isVerified: false),
        CriterionOrigin("posterior", "ACC expert consensus on acute chest pain 2022", isVerified: true),
        CriterionOrigin(
            "posterior.depression",
            "the consensus gives no number; the least depression of the " + universalDefinition, isVerified: false),
        CriterionOrigin("diffuseIschaemia", "ESC guideline on STEMI 2017" + memory, isVerified: false),
        CriterionOrigin(
            "diffuseIschaemia.depressionBeyondStrain",
            "chosen: twice the depression of the pattern; three of 81 recordings with hypertrophy show more in contiguous "
                + "leads",
            isVerified: false),
        CriterionOrigin("deWinter.depression", "de Winter, N Engl J Med 2008", isVerified: true),
        CriterionOrigin("deWinter", simulated + "; the paper gives no number", isVerified: false),
        CriterionOrigin("formulas.fourVariables", "Driver and Smith 2017", isVerified: true),
        CriterionOrigin("formulas.threeVariables", "Smith 2012", isVerified: true),
        CriterionOrigin("anteriorFormula", "Driver and Smith 2017", isVerified: true),
        CriterionOrigin("noncontiguous", "the papers give no numbers; chosen", isVerified: false),
    ]

    private static let ischaemia = [
        CriterionOrigin("stDepression", universalDefinition, isVerified: true),
        CriterionOrigin("tInversion.inversion", universalDefinition, isVerified: true),
        CriterionOrigin(
            "tInversion.prominentR", "chosen: the least R wave whose direction noise does not turn", isVerified: false),
        CriterionOrigin("wellens", "de Zwaan and Wellens 1982" + memory, isVerified: false),
        CriterionOrigin("evolvingInfarction", universalDefinition + memory + "; " + healthy, isVerified: false),
        CriterionOrigin("hyperacuteT", "no paper gives a number; " + healthy, isVerified: false),
    ]

    private static let comparison = [
        CriterionOrigin("comparison.newElevation", universalDefinition + memory, isVerified: false),
        CriterionOrigin(
            "comparison", "chosen: electrodes put on anew move ST by some hundredths of a millivolt", isVerified: false),
        CriterionOrigin("comparison.settledAfterDays", "by convention: later it is called aneurysm", isVerified: false),
        CriterionOrigin("serialChange", "European ST-T Database (Taddei 1992)" + memory, isVerified: false),
    ]

    private static let mimics = [
        CriterionOrigin(
            "mimics.hypertrophy", "Sokolow and Lyon 1949; Cornell (Casale 1987)" + memory, isVerified: false),
        CriterionOrigin("mimics.hypertrophy.elevationShareOfQRS", "Armstrong 2012" + memory, isVerified: false),
        CriterionOrigin("mimics.earlyRepolarisation.fourVariableLimit", "Driver and Smith 2017", isVerified: true),
        CriterionOrigin("mimics.earlyRepolarisation.fourVariableExclusion", "Driver and Smith 2017", isVerified: true),
        CriterionOrigin("mimics.earlyRepolarisation.threeVariableLimit", "Smith 2012", isVerified: true),
        CriterionOrigin("mimics.earlyRepolarisation.threeVariableExclusion", "Smith 2012", isVerified: true),
        CriterionOrigin("mimics.earlyRepolarisation.elevationShareOfT", healthy, isVerified: false),
        CriterionOrigin("mimics.pericarditis", "by convention; chosen", isVerified: false),
        CriterionOrigin("mimics.brugada", "Brugada consensus 2002" + memory + "; fall chosen", isVerified: false),
        CriterionOrigin("mimics.aneurysm", "Smith 2005" + memory, isVerified: false),
        CriterionOrigin("mimics.tachycardia", "by convention; chosen", isVerified: false),
    ]

    private static let rest = [
        CriterionOrigin(
            "criticalValues", "Chinese expert consensus on critical values of the ECG, 2017" + memory, isVerified: false
        ),
        CriterionOrigin("criticalValues.asystole", "PhysioNet challenge 2015" + memory, isVerified: false),
        CriterionOrigin("context", "by convention", isVerified: false),
    ]
}
