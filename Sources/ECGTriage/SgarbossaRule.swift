import ECGModel

/// Infarction behind left bundle-branch block or pacing: ST that agrees with the QRS complex, or disagrees too much.
enum SgarbossaRule {
    static func verdict(_ context: TriageContext) -> Verdict? {
        guard context.needsSgarbossa else { return nil }
        let criteria = context.rules.table.sgarbossa
        let depressionLeads =
            context.conduction.isPaced ? criteria.depressionLeadsInPacing : criteria.depressionLeadsInBlock
        var elevation: [LeadReading] = []
        var depression: [LeadReading] = []
        var discordant: [LeadReading] = []
        var excessive: [(reading: LeadReading, ratio: Double)] = []
        for reading in context.readings(of: .allButAVR) {
            guard let pointsUp = reading.pointsUp(clearPolarity: criteria.clearPolarity) else { continue }
            let margin = reading.standardError * context.rules.table.evidence.standardErrors
            func isElevated(by limit: Millivolts) -> Bool {
                reading.isElevated(by: limit, margin: margin, laterShare: context.rules.table.stElevation.laterShare)
            }
            if pointsUp {
                if isElevated(by: criteria.concordantElevation) { elevation.append(reading) }
                continue
            }
            if depressionLeads.contains(reading.lead), reading.stJ + margin <= -criteria.concordantDepression,
                reading.st40 <= -criteria.concordantDepression * context.rules.table.stElevation.laterShare
            {
                depression.append(reading)
            }
            if isElevated(by: criteria.discordantElevation) { discordant.append(reading) }
            if isElevated(by: criteria.ratioElevation), let s = reading.s, s < 0 {
                let ratio = (reading.stJ - margin) / s
                if ratio <= criteria.excessiveRatio { excessive.append((reading, reading.stJ / s)) }
            }
        }
        let score =
            (elevation.isEmpty ? 0 : criteria.concordantElevationPoints)
            + (depression.isEmpty ? 0 : criteria.concordantDepressionPoints)
            + (discordant.isEmpty ? 0 : criteria.discordantElevationPoints)
        let meetsScore = score >= criteria.leastScore
        guard meetsScore || !elevation.isEmpty || !depression.isEmpty || !excessive.isEmpty else { return nil }

        var evidence = [
            Evidence("Sgarbossa score", value: Double(score), unit: "1", limit: Double(criteria.leastScore))
        ]
        evidence += elevation.map {
            Evidence("Concordant ST at J", lead: $0.lead, $0.stJ, limit: criteria.concordantElevation)
        }
        evidence += depression.map {
            Evidence("Concordant ST at J", lead: $0.lead, $0.stJ, limit: -criteria.concordantDepression)
        }
        evidence += discordant.map {
            Evidence("Discordant ST at J", lead: $0.lead, $0.stJ, limit: criteria.discordantElevation)
        }
        evidence += excessive.map {
            Evidence("ST/S", lead: $0.reading.lead, value: $0.ratio, unit: "1", limit: criteria.excessiveRatio)
        }
        let fired = Set((elevation + depression + discordant + excessive.map(\.reading)).map(\.lead))
        let leads = PageLeads.order.filter(fired.contains)
        let rule = meetsScore ? criteria.score : criteria.modified
        let behind = context.conduction.isPaced ? "paced rhythm" : "left bundle-branch block"
        return Verdict(
            finding: context.finding(
                rule,
                "ST deviation in \(Phrases.leads(leads)) that \(behind) does not explain (Sgarbossa score \(score)): "
                    + "suspected acute infarction.",
                leads: leads, evidence: evidence),
            priority: rule.priority)
    }
}
