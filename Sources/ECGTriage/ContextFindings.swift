import ECGModel

/// What the reader should know beside the alerts: conduction, rhythm, intervals, quality.
enum ContextFindings {
    /// - Parameter alertingOnly: Leaves out what a site's table gives no priority. Most of it holds for hours and is
    ///   written out only when somebody asks for it.
    static func verdicts(_ context: TriageContext, alertingOnly: Bool) -> [Verdict] {
        var list = List(context: context, alertingOnly: alertingOnly)
        let rules = context.rules.table.context
        addQuality(&list, context)
        addConduction(&list, context)
        let rhythm = context.rhythm.current
        list.add(rules.atrialFibrillation, rhythm == .atrialFibrillation, "Atrial fibrillation.")
        list.add(rules.atrioventricularBlock, rhythm == .atrioventricularBlock, "Atrioventricular block.")
        if let rate = context.intervals.heartRate {
            list.add(
                rules.tachycardia.rule, rate > rules.tachycardia.rate, "Heart rate \(Phrases.rate(rate)).",
                Evidence("Heart rate", rate, limit: rules.tachycardia.rate))
            list.add(
                rules.bradycardia.rule, rate < rules.bradycardia.rate, "Heart rate \(Phrases.rate(rate)).",
                Evidence("Heart rate", rate, limit: rules.bradycardia.rate))
        }
        if let pr = context.intervals.pr {
            list.add(
                rules.longPR.rule, pr > rules.longPR.duration, "PR interval \(Phrases.milliseconds(pr)).",
                Evidence("PR", pr, limit: rules.longPR.duration))
        }
        if let qtc = context.intervals.qtcBazett {
            list.add(
                rules.longQTc.rule, qtc >= rules.longQTc.duration, "QTc \(Phrases.milliseconds(qtc)).",
                Evidence("QTc by Bazett", qtc, limit: rules.longQTc.duration))
        }
        let hypertrophy = context.rules.table.mimics.hypertrophy.rule
        if context.hasHypertrophy, list.isWanted(hypertrophy), let finding = HypertrophyRule.finding(context) {
            list.verdicts.append(Verdict(finding: finding, priority: hypertrophy.priority, isCoronary: false))
        }
        return list.verdicts
    }

    private static func addQuality(_ list: inout List, _ context: TriageContext) {
        let evidence = context.rules.table.evidence
        list.add(
            evidence.unusableSignal, context.recordingQuality.verdict == .unusable,
            "The signal is too poor to be read: record again after checking the electrodes.")
        if let reversal = context.recordingQuality.limbReversal {
            list.add(evidence.limbReversal, true, "Limb electrodes \(reversal.rawValue) seem to be exchanged.")
        }
        guard list.isWanted(evidence.unjudgedWalls) else { return }
        let walls = UnjudgedWalls(context)
        list.add(evidence.unjudgedWalls, !walls.isEmpty, walls.text, leads: walls.leads)
    }

    private static func addConduction(_ list: inout List, _ context: TriageContext) {
        let rules = context.rules.table.context
        let conduction = context.conduction
        list.add(rules.leftBundleBranchBlock, conduction.isLeftBundleBranchBlock, "Left bundle-branch block.")
        list.add(rules.rightBundleBranchBlock, conduction.isRightBundleBranchBlock, "Right bundle-branch block.")
        list.add(
            rules.nonspecificBlock, conduction.isNonspecificBlock, "Nonspecific intraventricular conduction delay.")
        list.add(rules.paced, conduction.isPaced, "Paced rhythm.")
        list.add(rules.preexcited, conduction.isPreexcited, "Ventricular pre-excitation.")
    }

    private struct List {
        let context: TriageContext
        let alertingOnly: Bool
        var verdicts: [Verdict] = []

        func isWanted(_ rule: TriageRule) -> Bool { !alertingOnly || rule.priority != nil }

        /// The text and the number are made only where the rule holds and is wanted.
        mutating func add(
            _ rule: TriageRule, _ holds: Bool, _ text: @autoclosure () -> String,
            _ number: @autoclosure () -> Evidence? = nil, leads: @autoclosure () -> [Lead] = []
        ) {
            guard holds, isWanted(rule) else { return }
            verdicts.append(
                Verdict(
                    finding: context.finding(
                        rule, text(), leads: leads(), evidence: number().map { [$0] } ?? []),
                    priority: rule.priority, isCoronary: false))
        }
    }
}
