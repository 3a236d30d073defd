import ECGModel

/// All rules of the averaged beat that speak of an acute coronary syndrome, joined into one alert: an infarct that
/// elevates one wall, depresses the opposite one and reaches the back is one infarct.
enum CoronaryRules {
    /// The code of that one alert. Which pattern spoke stands in its rule.
    static let code = "acute-coronary-syndrome"

    /// Everything that spoke, the most urgent first; empty where there is too little signal to judge.
    static func verdicts(_ context: TriageContext) -> [Verdict] {
        guard context.hasEnoughSignal else { return [] }
        var spoken: [Verdict] = []
        if context.needsSgarbossa {
            if let verdict = SgarbossaRule.verdict(context) { spoken.append(verdict) }
        } else {
            if let verdict = StElevationRule.verdict(context) { spoken.append(verdict) }
            if !context.conduction.isPreexcited {
                OcclusionPatterns.add(to: &spoken, context)
                IschaemiaRule.add(to: &spoken, context)
                EvolvingInfarctionRule.add(to: &spoken, context)
            }
        }
        ComparisonRule.lowerUnchanged(&spoken, context)
        ComparisonRule.add(to: &spoken, context)
        SerialChangeRule.add(to: &spoken, context)
        guard spoken.count > 1 else { return spoken }
        func urgency(_ verdict: Verdict) -> Int {
            verdict.priority.flatMap(AlarmPriority.allCases.firstIndex(of:)) ?? -1
        }
        // Stable by hand: the order above decides between rules of one urgency, and `sort` does not promise to keep it.
        return spoken.enumerated().sorted { a, b in
            (urgency(b.element), a.offset) < (urgency(a.element), b.offset)
        }.map(\.element)
    }

    /// The alert: the most urgent pattern, with the numbers of the others behind its own.
    static func alert(from verdicts: [Verdict]) -> (finding: Finding, priority: AlarmPriority)? {
        guard !verdicts.isEmpty else { return nil }
        let alerting = verdicts.filter { $0.priority != nil && $0.isCoronary }
        guard let first = alerting.first, let priority = first.priority else { return nil }
        var finding = first.finding
        finding.code = code
        for companion in alerting.dropFirst() {
            let known = Set(finding.evidence)
            finding.evidence += companion.finding.evidence.filter { !known.contains($0) }
        }
        return (finding, priority)
    }
}
