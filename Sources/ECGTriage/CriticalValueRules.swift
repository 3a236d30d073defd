import ECGModel

/// Rhythms and intervals that somebody must be told of, whatever the ST segment looks like.
enum CriticalValueRules {
    /// One code a condition, so that a worse one is never hidden behind an acknowledged lesser one.
    enum Code {
        static let fibrillation = "ventricular-fibrillation"
        static let ventricularTachycardia = "ventricular-tachycardia"
        static let supraventricularTachycardia = "supraventricular-tachycardia"
        static let preexcitedFibrillation = "preexcited-fibrillation"
        static let bradycardia = "severe-bradycardia"
        static let pause = "ventricular-pause"
        static let asystole = "asystole"
        static let longQTc = "critical-qtc"

        static let all: Set<String> = [
            fibrillation, ventricularTachycardia, supraventricularTachycardia, preexcitedFibrillation, bradycardia,
            pause, asystole, longQTc,
        ]
    }

    /// Whether the clinic has to be told in person. What the table gives a low priority, as runs too short to be felt, is
    /// none of the consensus's values.
    static func isCriticalValue(_ code: String, _ priority: AlarmPriority) -> Bool {
        Code.all.contains(code) && priority > .low
    }

    /// What follows from a condition by itself and would alert a second time: a pause and a low mean rate from asystole,
    /// a wide-complex run from fibrillation.
    static let implied: [String: Set<String>] = [
        Code.asystole: [Code.pause, Code.bradycardia], Code.fibrillation: [Code.ventricularTachycardia],
    ]

    /// Whether what a condition may bring with it is there without it: a mean rate that is low even without its longest gap.
    static func standsByItself(_ code: String, _ context: TriageContext) -> Bool {
        guard code == Code.bradycardia else { return false }
        let limit = context.rules.table.criticalValues.bradycardia.rate
        return context.extremes.sustainedLowRateBesideLongestRR.map { $0 <= limit } ?? false
    }

    static func alerts(_ context: TriageContext) -> [(finding: Finding, priority: AlarmPriority)] {
        var alerts: [(finding: Finding, priority: AlarmPriority)] = []
        func add(_ row: Row?) {
            guard let row, let priority = row.priority else { return }
            var finding = row.finding
            finding.code = row.code
            alerts.append((finding, priority))
        }
        add(fibrillation(context))
        add(asystole(context))
        add(ventricularTachycardia(context))
        add(supraventricularTachycardia(context))
        add(preexcitedFibrillation(context))
        add(bradycardia(context))
        add(pause(context))
        add(longQTc(context))
        return alerts
    }

    private typealias Row = (code: String, finding: Finding, priority: AlarmPriority?)

    private static func fibrillation(_ context: TriageContext) -> Row? {
        let criterion = context.rules.table.criticalValues.ventricularFibrillation
        let lasted = context.extremes.fibrillationDuration
        guard lasted >= criterion.duration else { return nil }
        return row(
            Code.fibrillation, criterion.rule,
            "Ventricular fibrillation or flutter for \(Phrases.seconds(lasted)).",
            Evidence("Duration", lasted, limit: criterion.duration), context)
    }

    private static func asystole(_ context: TriageContext) -> Row? {
        let criterion = context.rules.table.criticalValues.asystole
        let since = context.rhythm.timeSinceLastBeat
        guard since >= criterion.duration else { return nil }
        var row: Row? = Self.row(
            Code.asystole, criterion.rule, "No heartbeat for \(Phrases.seconds(since)): asystole.",
            Evidence("Time since the last beat", since, limit: criterion.duration), context)
        if context.usableLeadCount < context.rules.table.criticalValues.fewestLeadsOfAsystole {
            row?.priority = criterion.rule.priority.map { min($0, .medium) }
        }
        return row
    }

    private static func ventricularTachycardia(_ context: TriageContext) -> Row? {
        let values = context.rules.table.criticalValues
        guard let rate = context.extremes.wideComplexRunRate else { return nil }
        let beats = context.extremes.wideComplexRunBeats
        let lasted = context.extremes.wideComplexRunDuration
        // Its first and last beats lie inside a recording that shows nothing else.
        let isWhole =
            context.rhythm.current == .wideComplexTachycardia && lasted >= values.shortestWhollyTachycardicRecording
            && beats >= context.rhythm.beatCount - 1 && lasted >= context.recorded * wholeShare
        func meets(_ criterion: WideComplexRunCriterion, duration: Milliseconds) -> Bool {
            beats >= criterion.fewestBeats && rate >= criterion.rate && lasted >= duration
        }
        let sustained = values.sustainedVentricularTachycardia
        var criterion: WideComplexRunCriterion
        if meets(sustained, duration: sustained.duration) {
            criterion = sustained
        } else if isWhole, meets(sustained, duration: 0) {
            criterion = sustained
            criterion.duration = values.shortestWhollyTachycardicRecording
        } else if meets(values.ventricularRun, duration: values.ventricularRun.duration) {
            criterion = values.ventricularRun
        } else if meets(values.ventricularSalvo, duration: values.ventricularSalvo.duration) {
            criterion = values.ventricularSalvo
            if lasted >= sustained.duration || isWhole {
                let priorities = [values.ventricularRun.rule.priority, values.ventricularSalvo.rule.priority]
                criterion.rule = sustained.rule
                criterion.rule.priority = priorities.compactMap(\.self).max()
                criterion.duration =
                    lasted >= sustained.duration ? sustained.duration : values.shortestWhollyTachycardicRecording
            }
        } else {
            return nil
        }
        return row(
            Code.ventricularTachycardia, criterion.rule,
            "Wide-complex tachycardia: \(beats) beats at \(Phrases.rate(rate)) over \(Phrases.seconds(lasted)).",
            Evidence("Duration", lasted, limit: criterion.duration), context,
            more: [
                Evidence("Rate of the wide-complex run", rate, limit: criterion.rate),
                Evidence("Beats", value: Double(beats), unit: "1", limit: Double(criterion.fewestBeats)),
            ])
    }

    /// The share of a recording that a tachycardia must fill to be all of it: a tenth is lost at its ends.
    private static let wholeShare = 0.9

    private static func supraventricularTachycardia(_ context: TriageContext) -> Row? {
        let criterion = context.rules.table.criticalValues.supraventricularTachycardia
        guard let rate = context.extremes.sustainedHighRate, rate >= criterion.rate,
            context.extremes.sustainedHighRateIsNarrow
        else { return nil }
        return row(
            Code.supraventricularTachycardia, criterion.rule,
            "Narrow-complex tachycardia at \(Phrases.rate(rate)).",
            Evidence("Sustained ventricular rate", rate, limit: criterion.rate), context)
    }

    private static func preexcitedFibrillation(_ context: TriageContext) -> Row? {
        let criterion = context.rules.table.criticalValues.preexcitedFibrillation
        guard context.rhythm.current == .atrialFibrillation, context.conduction.isPreexcited,
            let shortest = context.extremes.shortestRR, shortest <= criterion.duration
        else { return nil }
        return row(
            Code.preexcitedFibrillation, criterion.rule,
            "Atrial fibrillation with pre-excitation, shortest RR interval \(Phrases.milliseconds(shortest)).",
            Evidence("Shortest RR", shortest, limit: criterion.duration), context)
    }

    private static func bradycardia(_ context: TriageContext) -> Row? {
        let criterion = context.rules.table.criticalValues.bradycardia
        guard let rate = context.extremes.sustainedLowRate, rate <= criterion.rate else { return nil }
        return row(
            Code.bradycardia, criterion.rule, "Mean ventricular rate \(Phrases.rate(rate)): severe bradycardia.",
            Evidence("Lowest mean ventricular rate over up to 10 s", rate, limit: criterion.rate), context)
    }

    private static func pause(_ context: TriageContext) -> Row? {
        let values = context.rules.table.criticalValues
        guard let longest = context.extremes.longestRR else { return nil }
        let hasSymptoms = context.rules.patient.chiefComplaint.map { !$0.isEmpty } ?? false
        let criterion: DurationCriterion
        if longest >= values.longRR.duration {
            criterion = values.longRR
        } else if hasSymptoms, longest >= values.longRRWithSymptoms.duration {
            criterion = values.longRRWithSymptoms
        } else {
            return nil
        }
        return row(
            Code.pause, criterion.rule, "Longest RR interval \(Phrases.seconds(longest)): ventricular pause.",
            Evidence("Longest RR", longest, limit: criterion.duration), context)
    }

    private static func longQTc(_ context: TriageContext) -> Row? {
        let criterion = context.rules.table.criticalValues.longQTc
        // The end of a T wave in one or two leads alone is no evidence: of 125 single-lead telehealth recordings 38 would
        // alert.
        guard let qtc = context.intervals.qtcBazett, qtc >= criterion.duration,
            context.averagedBeatCount >= context.rules.table.evidence.fewestBeats,
            context.beat.count >= context.rules.table.evidence.fewestLeads
        else { return nil }
        return row(
            Code.longQTc, criterion.rule, "QTc \(Phrases.milliseconds(qtc)): risk of torsade de pointes.",
            Evidence("QTc by Bazett", qtc, limit: criterion.duration), context)
    }

    /// - Parameter evidence: the number by which the condition grows worse (``Triage/alerts``).
    private static func row(
        _ code: String, _ rule: TriageRule, _ text: String, _ evidence: Evidence, _ context: TriageContext,
        more: [Evidence] = []
    ) -> Row {
        (code, context.finding(rule, text, evidence: [evidence] + more), rule.priority)
    }
}
