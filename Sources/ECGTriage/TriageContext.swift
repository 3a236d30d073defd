import ECGModel

/// Everything a rule may look at.
struct TriageContext {
    let table: TriageTable
    let patient: Patient
    let measurements: Measurements
    let beat: BeatReading
    let hypertrophy: Finding?

    init(table: TriageTable, patient: Patient, measurements: Measurements) {
        self.table = table
        self.patient = patient
        self.measurements = measurements
        beat = BeatReading(measurements)
        hypertrophy = HypertrophyRule.finding(table: table, patient: patient, measurements: measurements)
    }

    var conduction: Conduction { measurements.conduction }
    /// Left bundle-branch block or pacing: repolarisation follows the abnormal activation, and the table of ST elevation
    /// does not apply.
    var needsSgarbossa: Bool { conduction.isLeftBundleBranchBlock || conduction.isPaced }
    /// A QRS complex of 120 ms or more that the table of ST elevation still reads: its last part hides where J is, and ST
    /// and T follow from it.
    var hasWideComplex: Bool { conduction.isRightBundleBranchBlock || conduction.isNonspecificBlock }
    var isTachycardic: Bool { (measurements.intervals.heartRate ?? 0) > table.mimics.tachycardia }

    func finding(_ rule: TriageRule, _ text: String, leads: [Lead] = [], evidence: [Evidence] = []) -> Finding {
        Finding(code: rule.id, text: text, leads: leads, evidence: evidence, rule: rule.reference(in: table))
    }

    /// Whether the ST segment and T wave of a lead follow from the QRS complex and are no sign of ischaemia: depression
    /// under the tall R waves of hypertrophy, and in the right chest leads of right bundle-branch block.
    func isSecondary(_ reading: LeadReading) -> Bool {
        if hypertrophy != nil, let r = reading.r, let s = reading.s, r > s.magnitude { return true }
        return conduction.isRightBundleBranchBlock && [.v1, .v2, .v3].contains(reading.lead)
    }
}

/// A rule that spoke: the finding, and how soon somebody must respond; nil where nobody must.
struct Verdict: Hashable {
    var finding: Finding
    var priority: AlarmPriority?
    /// Whether the reading of an acute coronary syndrome is what the rule spoke of.
    var isCoronary = true

    mutating func limitPriority(to highest: AlarmPriority) { priority = priority.map { min($0, highest) } }
}
