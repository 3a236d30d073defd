import ECGModel
import ECGTriage
import Testing

@Suite struct BlockTests {
    /// Left bundle-branch block with the discordant ST that belongs to it.
    static func block(paced: Bool = false) -> Measurements {
        var measurements = SyntheticReading.normal()
        measurements.conduction.isLeftBundleBranchBlock = !paced
        measurements.conduction.isPaced = paced
        measurements.intervals.qrs = 150
        for lead in [Lead.v1, .v2, .v3] {
            measurements.change(lead) { waves in
                waves.r = 0.1
                waves.s = -2.5
            }
            measurements.setST(lead, 0.35)
        }
        for lead in [Lead.i, .aVL, .v5, .v6] {
            measurements.change(lead) { waves in
                waves.r = 1.4
                waves.s = 0
                waves.t = -0.3
            }
            measurements.setST(lead, -0.12)
        }
        return measurements
    }

    @Test("The discordant ST of block and pacing alerts nobody", arguments: [false, true])
    func plain(paced: Bool) {
        let triage = SyntheticReading.assess(Self.block(paced: paced))
        #expect(triage.alerts.isEmpty)
        #expect(triage.hasFinding(paced ? "paced-rhythm" : "lbbb"))
    }

    @Test("Concordant elevation scores 5, concordant depression in V1-V3 3")
    func concordant() throws {
        var elevation = Self.block()
        elevation.setST(.v5, 0.099)
        #expect(SyntheticReading.assess(elevation).alerts.isEmpty)
        elevation.setST(.v5, 0.1)
        let alert = try #require(SyntheticReading.assess(elevation).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.rule.rule == "sgarbossa")
        #expect(alert.finding.evidence.first?.value == 5)
        #expect(alert.finding.leads == [.v5])

        var depression = Self.block()
        depression.setST(.v2, -0.1)
        #expect(SyntheticReading.assess(depression).coronary?.finding.evidence.first?.value == 3)
    }

    @Test("Depression of V4 counts behind pacing only")
    func pacedDepression() {
        for paced in [false, true] {
            var measurements = Self.block(paced: paced)
            measurements.change(.v4) { waves in
                waves.r = 0.2
                waves.s = -1
            }
            measurements.setST(.v4, -0.15)
            #expect((SyntheticReading.assess(measurements).coronary != nil) == paced)
        }
    }

    @Test("A discordant elevation of a quarter of the S wave is excessive; 0.5 mV alone is not")
    func excessive() throws {
        var measurements = Self.block()
        measurements.setST(.v2, 0.55)
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
        measurements.setST(.v2, 0.63)
        let alert = try #require(SyntheticReading.assess(measurements).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.rule.rule == "smith-modified-sgarbossa")
        #expect(alert.finding.evidence.contains { $0.name == "ST/S" && $0.lead == .v2 && $0.value <= -0.25 })
    }

    @Test("A lead whose R and S balance has no direction to agree with")
    func balanced() {
        var measurements = Self.block()
        measurements.change(.v4) { waves in
            waves.r = 0.8
            waves.s = -0.7
        }
        measurements.setST(.v4, 0.15)
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
    }

    @Test("Behind right bundle-branch block T inversion is its own only where the complex ends upright")
    func primaryTInversion() {
        var measurements = SyntheticReading.normal()
        measurements.conduction.isRightBundleBranchBlock = true
        for lead in [Lead.v1, .v2, .v3, .v4] {
            measurements.change(lead) { waves in
                waves.t = -0.4
                waves.terminalQRS = 0.1
            }
        }
        measurements.change(.v4) { $0.t = 0.3 }
        #expect(SyntheticReading.assess(measurements).coronary == nil)
        for lead in [Lead.v3, .v4] {
            measurements.change(lead) { waves in
                waves.t = -0.4
                waves.terminalQRS = -0.1
            }
        }
        #expect(SyntheticReading.assess(measurements).coronary?.finding.rule.rule == "wellens")
    }
}
