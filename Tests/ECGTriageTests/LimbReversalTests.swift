import ECGModel
import ECGTriage
import Testing

@Suite("While limb electrodes are exchanged, limb leads are held back")
struct LimbReversalTests {
    /// A pattern of an acute coronary syndrome.
    enum Pattern: CaseIterable {
        case evolvingInfarction, tInversion, stDepression, hyperacuteT

        func set(_ lead: Lead, in measurements: inout Measurements) {
            switch self {
            case .evolvingInfarction: measurements.change(lead) { ($0.r, $0.s, $0.t) = (0.05, -0.6, -0.2) }
            case .tInversion: measurements.change(lead) { $0.t = -0.3 }
            case .stDepression: measurements.setST(lead, -0.15)
            case .hyperacuteT: measurements.change(lead) { ($0.r, $0.s, $0.t) = (0.4, -0.1, 1.2) }
            }
        }
    }

    @Test("A pattern in limb leads alone is not told, one in chest leads is", arguments: Pattern.allCases)
    func patterns(pattern: Pattern) {
        for (leads, isTold) in [([Lead.ii, .iii, .aVF], false), ([.v4, .v5, .v6], true)] {
            var measurements = SyntheticReading.normal()
            for lead in leads { pattern.set(lead, in: &measurements) }
            #expect(SyntheticReading.assess(measurements).coronary != nil, "\(leads)")
            measurements.recordingQuality.limbReversal = .armElectrodes
            let alert = SyntheticReading.assess(measurements).coronary
            #expect((alert != nil) == isTold, "\(leads), electrodes exchanged")
        }
    }

    @Test("A limb lead confirms no elevation of the chest leads")
    func reciprocal() {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v5, .v6] { measurements.setConcaveST(lead, 0.15) }
        for lead in [Lead.iii, .aVF] { measurements.setST(lead, -0.1) }
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .high)
        measurements.recordingQuality.limbReversal = .armElectrodes
        #expect(SyntheticReading.assess(measurements).coronary?.priority != .high)
    }

    @Test("aVR is not read as the cavity's lead")
    func diffuse() {
        var measurements = SyntheticReading.normal()
        measurements.setST(.aVR, 0.15)
        for lead in Lead.limb where lead != .aVR { measurements.setST(lead, -0.12) }
        #expect(SyntheticReading.assess(measurements).coronary != nil)
        measurements.recordingQuality.limbReversal = .rightArmLeftLeg
        #expect(SyntheticReading.assess(measurements).coronary == nil)
    }

    @Test("Behind left bundle-branch block too")
    func sgarbossa() {
        var measurements = SyntheticReading.normal()
        measurements.conduction.isLeftBundleBranchBlock = true
        for lead in [Lead.ii, .aVF] { measurements.setST(lead, 0.2) }
        #expect(SyntheticReading.assess(measurements).coronary != nil)
        measurements.recordingQuality.limbReversal = .armElectrodes
        #expect(SyntheticReading.assess(measurements).coronary == nil)
    }
}
