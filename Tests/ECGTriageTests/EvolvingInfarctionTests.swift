import ECGModel
import ECGTriage
import Testing

@Suite struct EvolvingInfarctionTests {
    /// QS complexes under inverted T waves in III and aVF.
    static func scar() -> Measurements {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.iii, .aVF] {
            measurements.change(lead) { waves in
                waves.r = 0.05
                waves.s = -0.6
                waves.t = -0.2
            }
        }
        return measurements
    }

    @Test("QS complexes with inverted T waves in contiguous leads are read promptly, whatever ST does")
    func scar() throws {
        let alert = try #require(SyntheticReading.assess(Self.scar()).coronary)
        #expect(alert.priority == .medium)
        #expect(alert.finding.rule.rule == "evolving-infarction")
        #expect(!alert.finding.rule.isVerified)
        #expect(alert.finding.leads == [.iii, .aVF])
        #expect(alert.finding.evidence.contains(Evidence("T", lead: .aVF, -0.2 as Millivolts, limit: -0.1)))
    }

    @Test("A broad Q wave counts, a narrow or shallow one does not")
    func broadQ() {
        func isRaised(depth: Millivolts, duration: Milliseconds, r: Millivolts) -> Bool {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.iii, .aVF] {
                measurements.change(lead) { waves in
                    waves.q = depth
                    waves.qDuration = duration
                    waves.r = r
                    waves.s = -0.7
                    waves.t = -0.2
                }
            }
            return SyntheticReading.assess(measurements).coronary?.finding.rule.rule == "evolving-infarction"
        }
        #expect(isRaised(depth: -0.15, duration: 35, r: 0.5))
        #expect(!isRaised(depth: -0.15, duration: 25, r: 0.5))
        #expect(!isRaised(depth: -0.11, duration: 35, r: 0.5))
        #expect(!isRaised(depth: -0.09, duration: 35, r: 0.2))
    }

    @Test("One lead, upright T waves, a real R wave or a bundle-branch block's own T waves are no infarction")
    func notEvolving() {
        let spoils: [(inout Measurements) -> Void] = [
            { $0.change(.aVF) { $0.t = 0.1 } },
            { $0.change(.aVF) { $0.r = 0.3 } },
            { $0.conduction.isLeftBundleBranchBlock = true },
            { $0.conduction.isPreexcited = true },
        ]
        for spoil in spoils {
            var measurements = Self.scar()
            spoil(&measurements)
            #expect(SyntheticReading.assess(measurements).coronary == nil)
        }
    }

    @Test("What rises above the line at the end of a QS complex with its elevated ST is no R wave")
    func elevatedEnd() {
        var measurements = Self.scar()
        for lead in [Lead.iii, .aVF] {
            measurements.setST(lead, 0.09)
            measurements.change(lead) { $0.r = 0.15 }
        }
        #expect(SyntheticReading.assess(measurements).coronary?.finding.rule.rule == "evolving-infarction")
    }

    @Test("T waves as tall as their QRS complexes ask for a prompt reading")
    func hyperacute() throws {
        func alert(_ t: Millivolts) -> AlertProposal? {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v3, .v4] { measurements.change(lead) { $0.t = t } }
            return SyntheticReading.assess(measurements).coronary
        }
        // Nine tenths of 1.6 mV in V4; V3's complex has 1.5 mV.
        #expect(alert(1.43) == nil)
        let raised = try #require(alert(1.45))
        #expect(raised.priority == .medium)
        #expect(raised.finding.rule.rule == "hyperacute-t")
    }

    @Test("T inversion counts where R exceeds S, however small R is")
    func smallR() {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.iii, .aVF] {
            measurements.change(lead) { waves in
                waves.r = 0.2
                waves.s = -0.15
                waves.t = -0.2
            }
        }
        #expect(SyntheticReading.assess(measurements).coronary?.finding.rule.rule == "t-inversion")
        for lead in [Lead.iii, .aVF] { measurements.change(lead) { $0.s = -0.25 } }
        #expect(SyntheticReading.assess(measurements).coronary == nil)
    }
}
