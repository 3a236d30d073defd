import ECGModel

/// The waves whose height tells of left ventricular hypertrophy.
struct HypertrophyVoltages {
    private(set) var sInV1: Millivolts?
    private(set) var sInV3: Millivolts?
    private(set) var rInAVL: Millivolts?
    /// The taller R of V5 and V6.
    private(set) var lateralR: Millivolts?

    /// S in V1 and the taller R of V5 and V6.
    var sokolowLyon: Millivolts? {
        guard let sInV1, let lateralR else { return nil }
        return sInV1.magnitude + lateralR
    }

    /// R in aVL and S in V3.
    var cornell: Millivolts? {
        guard let rInAVL, let sInV3 else { return nil }
        return rInAVL + sInV3.magnitude
    }

    /// Forgets what exchanged limb electrodes make another lead's.
    mutating func leaveOutLimbLeads() { rInAVL = nil }

    mutating func read(_ measurements: Measurements) {
        self = HypertrophyVoltages()
        for index in measurements.leads.indices {
            // Noise that spoils a level of 0.1 mV does not spoil a wave of 2 mV.
            guard measurements.quality[index].problems.isDisjoint(with: [.leadOff, .saturated]) else { continue }
            switch measurements.leads[index] {
            case .v1: sInV1 = measurements.waves[index].s.measured
            case .v3: sInV3 = measurements.waves[index].s.measured
            case .aVL: rInAVL = measurements.waves[index].r.measured
            case .v5, .v6:
                guard let r = measurements.waves[index].r.measured else { continue }
                lateralR = max(r, lateralR ?? r)
            default: break
            }
        }
    }
}

/// Left ventricular hypertrophy by voltage. Not read where the ventricles are not excited the usual way.
enum HypertrophyRule {
    static func isMet(_ voltages: HypertrophyVoltages, _ conduction: Conduction, _ rules: PatientRules) -> Bool {
        guard !conduction.isLeftBundleBranchBlock, !conduction.isPaced, !conduction.isPreexcited else { return false }
        let criteria = rules.table.mimics.hypertrophy
        if let voltage = voltages.sokolowLyon, voltage >= criteria.sokolowLyon { return true }
        if let r = voltages.rInAVL, r >= criteria.rInAVL { return true }
        if let voltage = voltages.cornell, voltage > cornellLimit(rules) { return true }
        return false
    }

    static func finding(_ context: TriageContext) -> Finding? {
        guard context.hasHypertrophy else { return nil }
        let criteria = context.rules.table.mimics.hypertrophy
        let cornellLimit = cornellLimit(context.rules)
        var evidence: [Evidence] = []
        if let voltage = context.voltages.sokolowLyon, voltage >= criteria.sokolowLyon {
            evidence.append(Evidence("Sokolow-Lyon voltage", voltage, limit: criteria.sokolowLyon))
        }
        if let r = context.voltages.rInAVL, r >= criteria.rInAVL {
            evidence.append(Evidence("R", lead: .aVL, r, limit: criteria.rInAVL))
        }
        if let voltage = context.voltages.cornell, voltage > cornellLimit {
            evidence.append(Evidence("Cornell voltage", voltage, limit: cornellLimit))
        }
        return context.finding(criteria.rule, "Voltage of left ventricular hypertrophy.", evidence: evidence)
    }

    private static func cornellLimit(_ rules: PatientRules) -> Millivolts {
        let criteria = rules.table.mimics.hypertrophy
        return rules.patient.sex == .female ? criteria.cornellWomen : criteria.cornellMen
    }
}
