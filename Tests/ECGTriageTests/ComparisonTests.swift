import ECGModel
import ECGTriage
import Testing

@Suite struct ComparisonTests {
    static func baseline(_ measurements: Measurements, days: Int) -> BaselineReading {
        BaselineReading(of: measurements, age: .seconds(days * 86_400))
    }

    static func assess(_ measurements: Measurements, _ baselines: [BaselineReading]) -> Triage {
        var triage = Triage(
            table: .countyDefault, patient: Patient(sex: .male, ageYears: 60), baselines: baselines)
        for second in 1...10 {
            var now = measurements
            now.sampleCount = second * 500
            _ = triage.assess(now)
        }
        var last = measurements
        last.isFinal = true
        _ = triage.assess(last)
        return triage
    }

    @Test("A J point 0.1 mV above its earlier level in two contiguous leads alerts below the table's limits")
    func newBelowLimits() throws {
        var now = SyntheticReading.normal()
        for lead in [Lead.v2, .v3] { now.setST(lead, 0.15) }
        #expect(SyntheticReading.assess(now).coronary == nil)
        let alert = try #require(Self.assess(now, [Self.baseline(SyntheticReading.normal(), days: 400)]).coronary)
        #expect(alert.priority == .medium)
        #expect(alert.finding.rule.rule == "new-st-elevation")
        #expect(alert.finding.text.contains("400 days"))
        #expect(
            alert.finding.evidence.contains(Evidence("Change of ST at J", lead: .v2, 0.15 as Millivolts, limit: 0.1)))
    }

    @Test("New elevation with new depression opposite to it pages, and so does new elevation beyond the limits")
    func newConfirmed() {
        let before = Self.baseline(SyntheticReading.normal(), days: 1)
        var reciprocal = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF] { reciprocal.setConcaveST(lead, 0.09) }
        var early = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF] { early.setST(lead, -0.02) }
        reciprocal.setST(.aVL, -0.06)
        #expect(SyntheticReading.assess(reciprocal).coronary == nil)
        #expect(Self.assess(reciprocal, [Self.baseline(early, days: 1)]).coronary?.finding.rule.rule == "new-stemi")

        var beyond = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF] {
            beyond.setConcaveST(lead, 0.15)
            beyond.change(lead) { $0.t = 0.3 }
        }
        #expect(SyntheticReading.assess(beyond).coronary?.priority == .medium)
        #expect(Self.assess(beyond, [before]).coronary?.priority == .high)
    }

    @Test("A rise below 0.1 mV, in one lead, from a depression or in another conduction is nothing new")
    func notNew() {
        let normal = SyntheticReading.normal()
        var small = normal
        for lead in [Lead.v2, .v3] { small.setST(lead, 0.099) }
        #expect(Self.assess(small, [Self.baseline(normal, days: 30)]).coronary == nil)
        var single = normal
        single.setST(.v2, 0.19)
        #expect(Self.assess(single, [Self.baseline(normal, days: 30)]).coronary == nil)
        var depressed = normal
        for lead in [Lead.v2, .v3] { depressed.setST(lead, -0.1) }
        #expect(Self.assess(normal, [Self.baseline(depressed, days: 30)]).coronary == nil)
        var wide = normal
        wide.intervals.qrs = 130
        var raised = normal
        for lead in [Lead.v2, .v3] { raised.setST(lead, 0.15) }
        #expect(Self.assess(raised, [Self.baseline(wide, days: 30)]).coronary == nil)
    }

    static func oldInfarct() -> Measurements {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.ii, .iii, .aVF] { measurements.setST(lead, 0.2) }
        measurements.setST(.aVL, -0.1)
        return measurements
    }

    @Test("Elevation that a settled recording shows already is lowered to medium, says so, and is never dropped")
    func unchanged() throws {
        #expect(SyntheticReading.assess(Self.oldInfarct()).coronary?.priority == .high)
        let alert = try #require(Self.assess(Self.oldInfarct(), [Self.baseline(Self.oldInfarct(), days: 14)]).coronary)
        #expect(alert.priority == .medium)
        #expect(alert.finding.rule.rule == "stemi")
        #expect(alert.finding.text.hasSuffix("Unchanged since a recording 14 days earlier."))
        #expect(alert.finding.evidence.contains(Evidence("Earlier ST at J", lead: .iii, 0.2 as Millivolts)))
    }

    @Test("A younger recording, or a difference in any lead that spoke or looks from behind, lowers nothing")
    func changed() {
        #expect(
            Self.assess(Self.oldInfarct(), [Self.baseline(Self.oldInfarct(), days: 13)]).coronary?.priority == .high)
        var smaller = Self.oldInfarct()
        smaller.setST(.iii, 0.14)
        #expect(Self.assess(Self.oldInfarct(), [Self.baseline(smaller, days: 60)]).coronary?.priority == .high)
        var withoutReciprocal = Self.oldInfarct()
        withoutReciprocal.setST(.aVL, 0)
        #expect(
            Self.assess(Self.oldInfarct(), [Self.baseline(withoutReciprocal, days: 60)]).coronary?.priority == .high)
        // The settled one is the same, but a newer one had lost the elevation: it has come back.
        let baselines = [
            Self.baseline(SyntheticReading.normal(), days: 2), Self.baseline(Self.oldInfarct(), days: 60),
        ]
        #expect(Self.assess(Self.oldInfarct(), baselines).coronary?.priority == .high)
    }

    @Test("Left bundle-branch block that was not there before is read promptly")
    func newBlock() throws {
        var block = SyntheticReading.normal()
        block.conduction.isLeftBundleBranchBlock = true
        block.intervals.qrs = 140
        let alert = try #require(Self.assess(block, [Self.baseline(SyntheticReading.normal(), days: 90)]).coronary)
        #expect(alert.priority == .medium)
        #expect(alert.finding.rule.rule == "new-lbbb")
        #expect(Self.assess(block, [Self.baseline(block, days: 90)]).coronary == nil)
    }

    @Test("A stored reading compares like the measurements it was made of, exchanged limb electrodes left out")
    func storedReading() {
        var measurements = Self.oldInfarct()
        measurements.conduction.isRightBundleBranchBlock = true
        measurements.setQuality(.v5) { $0.score = 0.2 }
        #expect(Self.stored(measurements) == BaselineReading(of: measurements, age: .seconds(5)))
        #expect(Self.stored(measurements).levels[.v5] == nil)
        measurements.recordingQuality.limbReversal = .armElectrodes
        #expect(Set(Self.stored(measurements).levels.keys) == Set(Lead.precordial).subtracting([.v5]))
        #expect(Self.stored(measurements) == BaselineReading(of: measurements, age: .seconds(5)))
    }

    @Test("Of a device that transmits eight leads the inferior ones are compared too")
    func eightLeads() throws {
        let leads: [Lead] = [.i, .ii] + Lead.precordial
        var earlier = SyntheticReading.normal(leads: leads)
        earlier.setST(.i, 0.04)
        earlier.setST(.ii, -0.02)
        let baseline = Self.stored(earlier)
        #expect(baseline == BaselineReading(of: earlier, age: .seconds(5)))
        #expect(Set(baseline.levels.keys) == Set(Lead.standardTwelve))
        var now = SyntheticReading.normal(leads: leads)
        now.setST(.ii, 0.09)
        #expect(SyntheticReading.assess(now).coronary == nil)
        let alert = try #require(Self.assess(now, [baseline]).coronary)
        #expect(alert.finding.rule.rule == "new-st-elevation")
        #expect(alert.finding.leads == [.ii, .iii, .aVF])
    }

    /// What a later recording finds of these measurements in the store.
    private static func stored(_ measurements: Measurements) -> BaselineReading {
        let triage = SyntheticReading.assess(measurements)
        let reading = MachineReading(
            of: measurements, findings: triage.findings, alerts: triage.alerts, qualityAdvice: nil)
        return BaselineReading(of: reading, age: .seconds(5), table: .countyDefault)
    }
}
