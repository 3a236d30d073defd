import ECGModel

extension CriticalValueCriteria {
    private static let consensus = "Chinese expert consensus on critical values of the ECG, 2017"
    fileprivate static let noPreexcitation = "the analyser does not recognise pre-excitation yet"

    /// The consensus asks for notification at once in every case. Priorities follow how soon harm comes (IEC 60601-1-8):
    /// what has no output, or will soon have none, is high; a long QT interval or a pause that ended is medium. A
    /// complaint is on nearly every recording and does not say that the pause caused it, so a pause of 3 s asks for a
    /// prompt reading and only one of 5 s for an immediate one. Runs too short to be felt are low: most ventricular runs
    /// that monitors report are over before anybody could come.
    static let countyDefault = CriticalValueCriteria(
        ventricularFibrillation: DurationCriterion(
            rule: TriageRule(
                "ventricular-fibrillation", .high, source: consensus + "; duration chosen by this table",
                isVerified: false),
            duration: 3000),
        sustainedVentricularTachycardia: WideComplexRunCriterion(
            rule: TriageRule(
                "sustained-ventricular-tachycardia", .high,
                source: consensus + "; slower ones by the AHA/ACC/HRS guideline of 2017, from memory",
                isVerified: false),
            fewestBeats: 10, rate: 150, duration: 30_000),
        shortestWhollyTachycardicRecording: 5000,
        ventricularRun: WideComplexRunCriterion(
            rule: TriageRule(
                "ventricular-run", .medium, source: consensus + "; beats chosen by this table", isVerified: false),
            fewestBeats: 10, rate: 150, duration: 3000),
        ventricularSalvo: WideComplexRunCriterion(
            rule: TriageRule(
                "ventricular-salvo", .low, source: "Three beats in a row by convention; chosen by this table",
                isVerified: false),
            fewestBeats: 3, rate: 100, duration: 500),
        supraventricularTachycardia: RateCriterion(
            rule: TriageRule("supraventricular-tachycardia", .high, source: consensus, isVerified: false), rate: 200),
        preexcitedFibrillation: DurationCriterion(
            rule: TriageRule(
                "preexcited-fibrillation", .high, source: consensus + "; never speaks: " + noPreexcitation,
                isVerified: false), duration: 250),
        bradycardia: RateCriterion(
            rule: TriageRule("severe-bradycardia", .high, source: consensus, isVerified: false), rate: 35),
        longRRWithSymptoms: DurationCriterion(
            rule: TriageRule("long-rr-with-symptoms", .medium, source: consensus, isVerified: false), duration: 3000),
        longRR: DurationCriterion(
            rule: TriageRule("long-rr", .high, source: consensus, isVerified: false), duration: 5000),
        asystole: DurationCriterion(
            rule: TriageRule(
                "asystole", .high, source: "No complex for 4 s, as the PhysioNet challenge of 2015 defines asystole",
                isVerified: false),
            duration: 4000),
        // Four of 125 single-lead telehealth recordings of living people would have paged somebody.
        fewestLeadsOfAsystole: 2,
        longQTc: DurationCriterion(
            rule: TriageRule("critical-qtc", .medium, source: consensus, isVerified: false), duration: 550))
}

extension ContextCriteria {
    private static let measured = "Measured on the averaged beat"

    static let countyDefault = ContextCriteria(
        leftBundleBranchBlock: TriageRule("lbbb", nil, source: measured, isVerified: false),
        rightBundleBranchBlock: TriageRule("rbbb", nil, source: measured, isVerified: false),
        nonspecificBlock: TriageRule("nonspecific-conduction-block", nil, source: measured, isVerified: false),
        paced: TriageRule("paced-rhythm", nil, source: "Pacing spikes", isVerified: false),
        preexcited: TriageRule(
            "preexcitation", nil,
            source: "Never speaks: " + CriticalValueCriteria.noPreexcitation, isVerified: false),
        atrialFibrillation: TriageRule(
            "atrial-fibrillation", nil, source: "Irregularity of the RR intervals", isVerified: false),
        atrioventricularBlock: TriageRule(
            "atrioventricular-block", nil,
            source: "Never speaks: the analyser does not recognise atrioventricular block yet", isVerified: false),
        tachycardia: RateCriterion(
            rule: TriageRule("tachycardia", nil, source: "Above 100/min by convention", isVerified: false), rate: 100),
        bradycardia: RateCriterion(
            rule: TriageRule("bradycardia", nil, source: "Below 50/min by convention", isVerified: false), rate: 50),
        longPR: DurationCriterion(
            rule: TriageRule("long-pr", nil, source: "Above 200 ms by convention", isVerified: false), duration: 200),
        longQTc: DurationCriterion(
            rule: TriageRule(
                "long-qtc", nil,
                source: "From 480 ms, between the limits for either sex and the critical value; chosen by this table",
                isVerified: false),
            duration: 480))
}
