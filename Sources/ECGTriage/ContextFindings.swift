import ECGModel

/// What the reader should know beside the alerts: conduction, rhythm, intervals, quality.
enum ContextFindings {
    static func verdicts(_ context: TriageContext) -> [Verdict] {
        let rules = context.table.context
        let evidence = context.table.evidence
        let measurements = context.measurements
        var verdicts: [Verdict] = []
        func add(_ holds: Bool, _ rule: TriageRule, _ text: String, _ numbers: Evidence? = nil) {
            guard holds else { return }
            verdicts.append(
                Verdict(
                    finding: context.finding(rule, text, evidence: numbers.map { [$0] } ?? []),
                    priority: rule.priority, isCoronary: false))
        }
        let conduction = context.conduction
        add(
            measurements.recordingQuality.verdict == .unusable, evidence.unusableSignal,
            "The signal is too poor to be read: record again after checking the electrodes.")
        if let reversal = measurements.recordingQuality.limbReversal {
            add(true, evidence.limbReversal, "Limb electrodes \(reversal.rawValue) seem to be exchanged.")
        }
        add(conduction.isLeftBundleBranchBlock, rules.leftBundleBranchBlock, "Left bundle-branch block.")
        add(conduction.isRightBundleBranchBlock, rules.rightBundleBranchBlock, "Right bundle-branch block.")
        add(conduction.isNonspecificBlock, rules.nonspecificBlock, "Nonspecific intraventricular conduction delay.")
        add(conduction.isPaced, rules.paced, "Paced rhythm.")
        add(conduction.isPreexcited, rules.preexcited, "Ventricular pre-excitation.")
        let rhythm = measurements.rhythm.current
        add(rhythm == .atrialFibrillation, rules.atrialFibrillation, "Atrial fibrillation.")
        add(rhythm == .atrioventricularBlock, rules.atrioventricularBlock, "Atrioventricular block.")
        let intervals = measurements.intervals
        if let rate = intervals.heartRate {
            add(
                rate > rules.tachycardia.rate, rules.tachycardia.rule, "Heart rate \(Phrases.rate(rate)).",
                Evidence("Heart rate", rate, limit: rules.tachycardia.rate))
            add(
                rate < rules.bradycardia.rate, rules.bradycardia.rule, "Heart rate \(Phrases.rate(rate)).",
                Evidence("Heart rate", rate, limit: rules.bradycardia.rate))
        }
        if let pr = intervals.pr {
            add(
                pr > rules.longPR.duration, rules.longPR.rule, "PR interval \(Phrases.milliseconds(pr)).",
                Evidence("PR", pr, limit: rules.longPR.duration))
        }
        if let qtc = intervals.qtcBazett {
            add(
                qtc >= rules.longQTc.duration, rules.longQTc.rule, "QTc \(Phrases.milliseconds(qtc)).",
                Evidence("QTc by Bazett", qtc, limit: rules.longQTc.duration))
        }
        if let hypertrophy = context.hypertrophy {
            verdicts.append(
                Verdict(
                    finding: hypertrophy, priority: context.table.mimics.hypertrophy.rule.priority, isCoronary: false))
        }
        return verdicts
    }
}
