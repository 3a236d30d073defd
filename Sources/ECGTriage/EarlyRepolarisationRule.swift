import ECGModel

/// Smith's formulas: elevation in the anterior chest leads is early repolarisation where R waves are tall, the QT interval
/// is short and the level at J+60 in V3 is moderate.
enum EarlyRepolarisationRule {
    /// What a formula says of an elevation.
    struct Verdict {
        var saysOcclusion: Bool
        /// The score beside the limit from which on it says occlusion.
        var evidence: Evidence
        /// Hardly an occlusion has a score below it.
        var exclusion: Double

        var excludesOcclusion: Bool { evidence.value < exclusion }
        /// The score beside the limit below which it excludes an occlusion.
        var evidenceAgainst: Evidence {
            var against = evidence
            against.limit = exclusion
            return against
        }
    }

    /// Whether the formulas speak of a lead's elevation. They weigh what an occlusion of the LAD does to V2–V4, and were made
    /// for elevation there: with V3 level the score is low whatever befell another wall.
    static func isJudgedByFormula(_ reading: LeadReading) -> Bool {
        PageLeads.v2ToV4.contains(PageLeads(at: reading.position))
    }

    /// The formula's verdict, or nil where what it needs was not measured.
    static func anteriorFormula(_ context: TriageContext) -> Verdict? {
        let criteria = context.rules.table.mimics.earlyRepolarisation
        guard let v3 = context.beat[.v3], let rV4 = context.beat[.v4]?.r, let qtc = correctedQT(context) else {
            return nil
        }
        let formulas = context.rules.table.formulas
        if let qrsV2 = context.beat[.v2]?.qrs {
            let score = formulas.fourVariables.score(st60V3: v3.st60, qtc: qtc, rV4: rV4, qrsV2: qrsV2)
            return Verdict(
                saysOcclusion: score >= criteria.fourVariableLimit,
                evidence: Evidence(
                    "Four-variable formula", value: score, unit: "1", limit: criteria.fourVariableLimit),
                exclusion: criteria.fourVariableExclusion)
        }
        let score = formulas.threeVariables.score(st60V3: v3.st60, qtc: qtc, rV4: rV4, qrsV2: 0)
        return Verdict(
            saysOcclusion: score > criteria.threeVariableLimit,
            evidence: Evidence("Three-variable formula", value: score, unit: "1", limit: criteria.threeVariableLimit),
            exclusion: criteria.threeVariableExclusion)
    }

    /// By Bazett, but not corrected below 60/min, as the formulas' author asks.
    private static func correctedQT(_ context: TriageContext) -> Milliseconds? {
        let intervals = context.intervals
        if let rate = intervals.heartRate, rate < 60, let qt = intervals.qt { return qt }
        return intervals.qtcBazett
    }

    /// Outside V2–V4: concave elevations that are small beside upright T waves.
    static func isSmallBesideT(_ readings: [LeadReading], _ context: TriageContext) -> Bool {
        let share = context.rules.table.mimics.earlyRepolarisation.elevationShareOfT
        return readings.allSatisfy { reading in
            guard let t = reading.t, !reading.isStraightOrConvex else { return false }
            return reading.stJ <= t * share
        }
    }
}

extension AnteriorFormula {
    /// The formulas count in millimetres of paper.
    private static let millimetresPerMillivolt = 10.0

    func score(st60V3: Millivolts, qtc: Milliseconds, rV4: Millivolts, qrsV2: Millivolts) -> Double {
        let waves = self.st60V3 * st60V3.value + self.rV4 * rV4.value + self.qrsV2 * qrsV2.value
        return waves * Self.millimetresPerMillivolt + self.qtc * qtc.value
    }
}
