import ECGModel

extension TriageTable {
    /// The table a site starts from: the Fourth Universal Definition of Myocardial Infarction, the published equivalents
    /// and mimics, and the critical values of the Chinese consensus of 2017.
    ///
    /// What the sources leave open is chosen here, each choice with its reason; the rows that rest on unchecked digits
    /// say so by ``TriageRule/isVerified``.
    public static let countyDefault = TriageTable(
        version: "county-default 2026.2", evidence: .countyDefault, stElevation: .countyDefault, shape: .countyDefault,
        sgarbossa: .countyDefault, posterior: .countyDefault, diffuseIschaemia: .countyDefault,
        deWinter: .countyDefault, formulas: .countyDefault, anteriorFormula: .countyDefault,
        noncontiguous: .countyDefault,
        stDepression: .countyDefault,
        wellens: .countyDefault, tInversion: .countyDefault, evolvingInfarction: .countyDefault,
        hyperacuteT: .countyDefault, comparison: .countyDefault, serialChange: .countyDefault, mimics: .countyDefault,
        criticalValues: .countyDefault,
        context: .countyDefault, origins: CriterionOrigin.countyDefault)
}

extension EvidenceCriteria {
    /// Three assessments are three seconds: a burst of noise rarely keeps one shape of the averaged beat so long, and with
    /// three beats to start from a heart of 60/min has alerted by the seventh second of a ten-second recording. Two beats
    /// are what a short recording of a slow heart may end with. Six leads are the limb leads or the chest leads alone.
    /// One standard error, in each of two leads, leaves elevations of 1.5 times a limit in reach of ordinary noise.
    static let countyDefault = EvidenceCriteria(
        assessmentsToHold: 3, fewestBeats: 3, fewestBeatsWhenEnded: 2, fewestLeads: 6, standardErrors: 1,
        priorityOnUnusableSignal: .medium,
        unusableSignal: TriageRule(
            "signal-unusable", .low, source: "Signal quality gate; chosen by this table", isVerified: false),
        limbReversal: TriageRule(
            "limb-lead-reversal", nil, source: "Signal quality gate; chosen by this table", isVerified: false),
        unjudgedWalls: TriageRule(
            "infarction-not-judged", nil, source: "Which leads look at which wall, by convention", isVerified: false))
}

extension StElevationCriteria {
    private static let allButV2V3: [Lead] = [.i, .ii, .iii, .aVL, .aVF, .v1, .v4, .v5, .v6]
    private static let right: [Lead] = [.v3R, .v4R, .v5R]
    private static let posterior: [Lead] = [.v7, .v8, .v9]
    private static let source =
        "Fourth Universal Definition of Myocardial Infarction (Thygesen 2018): J point in two contiguous leads"

    static let countyDefault = StElevationCriteria(
        confirmed: TriageRule(
            "stemi", .high,
            source: source + "; order of contiguous leads from memory, confirming signs chosen by this table",
            isVerified: true),
        unconfirmed: TriageRule(
            "st-elevation", .medium,
            source: source + "; order of contiguous leads from memory, later levels chosen by this table",
            isVerified: true),
        limits: [
            StElevationLimit([.v2, .v3], 0.20, sex: .male, from: 40),
            StElevationLimit([.v2, .v3], 0.25, sex: .male, below: 40),
            StElevationLimit([.v2, .v3], 0.15, sex: .female),
            StElevationLimit(allButV2V3, 0.10),
            StElevationLimit(right, 0.05, sex: .male, from: 30),
            StElevationLimit(right, 0.10, sex: .male, below: 30),
            StElevationLimit(right, 0.05, sex: .female),
            StElevationLimit(posterior, 0.05, sex: .male, from: 40),
            StElevationLimit(posterior, 0.10, sex: .male, below: 40),
            StElevationLimit(posterior, 0.05, sex: .female),
        ],
        contiguous: [
            [.v1, .v2, .v3, .v4, .v5, .v6, .v7, .v8, .v9], [.v1, .v3R, .v4R, .v5R], [.aVL, .i], [.ii, .aVF, .iii],
        ],
        reciprocal: [
            ReciprocalLeads(.inferior, [.aVL, .i, .v1, .v2, .v3]),
            ReciprocalLeads(.anterior, [.ii, .iii, .aVF]),
            ReciprocalLeads(.lateral, [.iii, .aVF, .v1, .v2]),
            ReciprocalLeads(.posterior, [.v1, .v2, .v3]),
            ReciprocalLeads(.right, [.aVL, .i]),
        ],
        // The depression that the same definition calls ischaemic.
        reciprocalDepression: 0.05,
        // An infarct's segment stays level or rises; a quarter below the limit allows for noise.
        laterShare: 0.75,
        // The size from which Smith's formulas no longer ask whether it is early repolarisation.
        unmistakable: 0.5,
        // Chosen on simulated patients: an infarct of 1.5 times the limit is found through errors of 0.02 mV, and early
        // repolarisation stays below.
        evidentMultipleInV1ToV4: 1.3)
}

extension StShapeCriteria {
    /// Chosen: straight segments of healthy people rise by their own level into the T wave, those of simulated infarcts of
    /// 1.5 times the limit by half of it.
    static let countyDefault = StShapeCriteria(greatestRiseShare: 0.75)
}

extension SgarbossaCriteria {
    /// Published digits but for the clear polarity: in a lead whose R and S nearly balance neither direction is
    /// concordant, and half as much again is beyond the error of either wave.
    static let countyDefault = SgarbossaCriteria(
        score: TriageRule(
            "sgarbossa", .high,
            source: "Sgarbossa, N Engl J Med 1996: score of 3 or more; clear polarity chosen by this table",
            isVerified: true),
        modified: TriageRule(
            "smith-modified-sgarbossa", .high,
            source:
                "Smith, Ann Emerg Med 2012; for paced rhythm PERFECT (Dodd 2021); clear polarity chosen by this table",
            isVerified: true),
        concordantElevation: 0.1, concordantDepression: 0.1, discordantElevation: 0.5,
        concordantElevationPoints: 5, concordantDepressionPoints: 3, discordantElevationPoints: 2, leastScore: 3,
        excessiveRatio: -0.25, ratioElevation: 0.1, depressionLeadsInBlock: [.v1, .v2, .v3],
        depressionLeadsInPacing: Lead.precordial, clearPolarity: 1.5)
}

extension PosteriorCriteria {
    static let countyDefault = PosteriorCriteria(
        rule: TriageRule(
            "posterior-infarction", .high,
            source:
                "ACC expert consensus on acute chest pain 2022; depression maximal in V1-V4, its depth chosen by this "
                + "table",
            isVerified: true),
        depression: 0.05, ratioRToS: 1, broadR: 30)
}

extension DiffuseIschaemiaCriteria {
    /// High although an acute occlusion is behind only one in ten: left main disease in pain cannot wait for a reader.
    /// Strain lowers the leads with tall R waves; six leads at twice the depression are more than it does.
    static let countyDefault = DiffuseIschaemiaCriteria(
        rule: TriageRule(
            "left-main-pattern", .high, source: "ESC guideline on STEMI 2017: aVR with depression in six leads",
            isVerified: false),
        elevationAVR: 0.1, depression: 0.1, fewestDepressedLeads: 6, depressionBeyondStrain: 0.2)
}

extension DeWinterCriteria {
    /// The source gives no number for the tall T wave and the rise. 0.5 mV is where limb-lead T waves are called tall and
    /// a rise of 0.05 mV in 80 ms is beyond the error of either level.
    static let countyDefault = DeWinterCriteria(
        rule: TriageRule(
            "de-winter", .high, source: "de Winter, N Engl J Med 2008; height of T and rise chosen by this table",
            isVerified: true),
        depression: 0.1, shareAt40: 0.25, rise: 0.05, tallT: 0.5)
}

extension AnteriorFormulas {
    static let countyDefault = AnteriorFormulas(
        fourVariables: AnteriorFormula(st60V3: 1.062, qtc: 0.052, rV4: -0.268, qrsV2: -0.151),
        threeVariables: AnteriorFormula(st60V3: 1.196, qtc: 0.059, rV4: -0.326, qrsV2: 0))
}

extension AnteriorFormulaCriteria {
    /// Medium: the formula tells occlusion from early repolarisation in patients who have one of them, and was not made to
    /// find occlusion among everybody. So its limit is the published one of 97 % specificity and not the usual 18.2,
    /// which spoke in 3 % of 200 recordings of healthy people.
    static let countyDefault = AnteriorFormulaCriteria(
        rule: TriageRule(
            "anterior-formula", .medium,
            source: "Driver and Smith 2017: four variables, elevation of 0.1 mV in one of V2-V4", isVerified: true),
        elevation: 0.1, fourVariableLimit: 20.7)
}

extension NoncontiguousCriteria {
    /// One lead of each pattern is single, without a contiguous neighbour to confirm it; the high lateral pattern is held
    /// by three leads of three directions and may page, Aslanger's is read promptly.
    static let countyDefault = NoncontiguousCriteria(
        highLateral: TriageRule(
            "high-lateral-infarction", .high,
            source: "South African flag sign: elevation of V2 and aVL, depression of III; levels chosen by this table",
            isVerified: false),
        aslanger: TriageRule(
            "aslanger", .medium, source: "Aslanger 2020; levels chosen by this table", isVerified: false),
        elevation: 0.1, depression: 0.05)
}

extension StDepressionCriteria {
    static let countyDefault = StDepressionCriteria(
        rule: TriageRule(
            "st-depression", .medium,
            source: "Fourth Universal Definition of Myocardial Infarction (Thygesen 2018)", isVerified: true),
        depression: 0.05)
}

extension WellensCriteria {
    static let countyDefault = WellensCriteria(
        rule: TriageRule(
            "wellens", .medium, source: "de Zwaan and Wellens 1982; depths chosen by this table", isVerified: false),
        deepInversion: 0.3, biphasicInversion: 0.1, quietST: 0.1, deepestQ: 0.1)
}

extension TInversionCriteria {
    /// The definition leaves open which R is prominent: 0.1 mV keeps out leads whose R wave noise could turn.
    static let countyDefault = TInversionCriteria(
        rule: TriageRule(
            "t-inversion", .medium,
            source: "Fourth Universal Definition of Myocardial Infarction (Thygesen 2018); R chosen by this table",
            isVerified: true),
        inversion: 0.1, prominentR: 0.1)
}

extension EvolvingInfarctionCriteria {
    /// Depth, duration and the contiguous leads are the definition's for prior infarction, share of R by convention; that a
    /// small R counts as none and that T must be inverted too was chosen on 200 recordings of healthy people, none of which
    /// has both.
    static let countyDefault = EvolvingInfarctionCriteria(
        rule: TriageRule(
            "evolving-infarction", .medium,
            source: "Q waves of the Fourth Universal Definition (Thygesen 2018) from memory; with inverted T waves and "
                + "the height of R chosen by this table",
            isVerified: false),
        depthOfQ: 0.1, durationOfQ: 30, shareOfR: 0.25, negligibleR: 0.1, inversion: 0.1)
}

extension HyperacuteTCriteria {
    static let countyDefault = HyperacuteTCriteria(
        rule: TriageRule(
            "hyperacute-t", .medium,
            source: "T waves large beside their QRS complexes (ACC expert consensus 2022 gives no number); chosen by "
                + "this table",
            isVerified: false),
        height: 0.5, shareOfQRS: 0.9)
}

extension ComparisonCriteria {
    /// The least new elevation is the definition's, in V2 and V3 too where an earlier recording is at hand. What counts as
    /// unchanged is half of it: electrodes that are put on anew move ST levels of the chest by some hundredths. Elevation
    /// that outlasts two weeks is no longer called acute.
    static let countyDefault = ComparisonCriteria(
        confirmed: TriageRule(
            "new-stemi", .high, source: universalDefinition + " with new reciprocal depression or beyond its limits",
            isVerified: false),
        unconfirmed: TriageRule("new-st-elevation", .medium, source: universalDefinition, isVerified: false),
        newBlock: TriageRule(
            "new-lbbb", .medium, source: "ESC guideline on STEMI 2017: new left bundle-branch block", isVerified: false),
        newElevation: 0.1, leastLevel: 0.05, unchangedWithin: 0.05, sameQRSWithin: 30, settledAfterDays: 14)

    private static let universalDefinition =
        "Fourth Universal Definition of Myocardial Infarction (Thygesen 2018), from memory: new elevation against an "
        + "earlier recording"
}

extension SerialChangeCriteria {
    /// The least change is that of the European ST-T Database's episodes; half of it is what that database takes for the
    /// edge of one.
    static let countyDefault = SerialChangeCriteria(
        confirmedElevation: TriageRule(
            "serial-stemi", .high, source: episodes + "; opposite change chosen by this table", isVerified: false),
        elevation: TriageRule("serial-st-elevation", .medium, source: episodes, isVerified: false),
        depression: TriageRule("serial-st-depression", .medium, source: episodes, isVerified: false),
        change: 0.1, reciprocalChange: 0.05)

    private static let episodes =
        "European ST-T Database (Taddei 1992): change of 0.1 mV that lasts; two contiguous leads chosen by this table"
}

extension MimicCriteria {
    static let countyDefault = MimicCriteria(
        hypertrophy: HypertrophyCriteria(
            rule: TriageRule(
                "lvh", nil, source: "Sokolow and Lyon 1949; Cornell (Casale 1987); share of QRS by Armstrong 2012",
                isVerified: false),
            sokolowLyon: 3.5, rInAVL: 1.1, cornellMen: 2.8, cornellWomen: 2.0, elevationShareOfQRS: 0.25),
        earlyRepolarisation: EarlyRepolarisationCriteria(
            rule: TriageRule(
                "early-repolarisation", nil,
                source: "Smith 2012 (three variables), Driver and Smith 2017 (four); share of T chosen by this table",
                isVerified: true),
            fourVariableLimit: 18.2, threeVariableLimit: 23.4, fourVariableExclusion: 17.0,
            threeVariableExclusion: 22, elevationShareOfT: 0.25),
        pericarditis: PericarditisCriteria(
            rule: TriageRule(
                "pericarditis-pattern", .medium,
                source: "Diffuse concave elevation, no reciprocal depression; limits chosen by this table",
                isVerified: false),
            fewestElevatedLeads: 5, excludingDepression: 0.025),
        brugada: BrugadaCriteria(
            rule: TriageRule(
                "brugada-pattern", .medium, source: "Brugada consensus 2002: type 1; fall chosen by this table",
                isVerified: false),
            elevation: 0.2, fall: 0.04),
        aneurysm: AneurysmCriteria(
            rule: TriageRule(
                "aneurysm-pattern", .medium, source: "Smith 2005: sum of T over sum of QRS in V1-V4", isVerified: false),
            ratioTToQRS: 0.22, deepQ: 0.1),
        tachycardia: 130)
}
