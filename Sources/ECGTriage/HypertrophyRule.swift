import ECGModel

/// Left ventricular hypertrophy by voltage. Not read where the ventricles are not excited the usual way.
enum HypertrophyRule {
    static func finding(table: TriageTable, patient: Patient, measurements: Measurements) -> Finding? {
        let conduction = measurements.conduction
        guard !conduction.isLeftBundleBranchBlock, !conduction.isPaced, !conduction.isPreexcited else { return nil }
        let criteria = table.mimics.hypertrophy
        func wave(_ lead: Lead, _ amplitude: KeyPath<LeadWaves, Millivolts?>) -> Millivolts? {
            // Noise that spoils a level of 0.1 mV does not spoil a wave of 2 mV.
            guard let problems = measurements.quality(of: lead)?.problems,
                problems.isDisjoint(with: [.leadOff, .saturated])
            else { return nil }
            return measurements[lead]?[keyPath: amplitude]
        }
        var evidence: [Evidence] = []
        let lateralR = [Lead.v5, .v6].compactMap { wave($0, \.r) }.max()
        if let s = wave(.v1, \.s), let lateralR, s.magnitude + lateralR >= criteria.sokolowLyon {
            evidence.append(Evidence("Sokolow-Lyon voltage", s.magnitude + lateralR, limit: criteria.sokolowLyon))
        }
        if let r = wave(.aVL, \.r), r >= criteria.rInAVL {
            evidence.append(Evidence("R", lead: .aVL, r, limit: criteria.rInAVL))
        }
        let cornell = patient.sex == .female ? criteria.cornellWomen : criteria.cornellMen
        if let r = wave(.aVL, \.r), let s = wave(.v3, \.s), r + s.magnitude > cornell {
            evidence.append(Evidence("Cornell voltage", r + s.magnitude, limit: cornell))
        }
        guard !evidence.isEmpty else { return nil }
        return Finding(
            code: criteria.rule.id, text: "Voltage of left ventricular hypertrophy.", evidence: evidence,
            rule: criteria.rule.reference(in: table))
    }
}
