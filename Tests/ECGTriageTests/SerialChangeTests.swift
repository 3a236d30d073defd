import ECGModel
import ECGTriage
import Testing

@Suite struct SerialChangeTests {
    static func change(
        _ peaks: [Lead: Millivolts], start: SampleIndex = 20_000, end: SampleIndex? = nil
    ) -> Measurements {
        var measurements = SyntheticReading.normal()
        for (lead, peak) in peaks { measurements.setEpisode(lead, peak, start: start, end: end) }
        return measurements
    }

    @Test("ST that rises within the recording is read promptly, and pages with a fall opposite to it")
    func rise() throws {
        let alert = try #require(SyntheticReading.assess(Self.change([.ii: 0.1, .aVF: 0.12])).coronary)
        #expect(alert.priority == .medium)
        #expect(alert.finding.rule.rule == "serial-st-elevation")
        let confirmed = try #require(
            SyntheticReading.assess(Self.change([.ii: 0.1, .aVF: 0.12, .aVL: -0.1])).coronary)
        #expect(confirmed.priority == .high)
        #expect(confirmed.finding.rule.rule == "serial-stemi")
    }

    @Test("ST that falls is read promptly, and one that has come back is still told")
    func fall() throws {
        let alert = try #require(
            SyntheticReading.assess(Self.change([.v4: -0.1, .v5: -0.15], end: 40_000)).coronary)
        #expect(alert.priority == .medium)
        #expect(alert.finding.rule.rule == "serial-st-depression")
        #expect(alert.finding.text.contains("comes back"))
    }

    @Test("Small changes, one lead, or changes at different times are none")
    func noChange() {
        #expect(SyntheticReading.assess(Self.change([.ii: 0.099, .aVF: 0.12])).coronary == nil)
        #expect(SyntheticReading.assess(Self.change([.ii: 0.2, .v2: 0.2])).coronary == nil)
        var apart = Self.change([.ii: 0.2], start: 10_000, end: 20_000)
        apart.setEpisode(.aVF, 0.2, start: 30_000, end: nil)
        #expect(SyntheticReading.assess(apart).coronary == nil)
    }

    @Test("A bundle-branch block's or a fast heart's changes are its own")
    func ownChanges() {
        var block = Self.change([.ii: 0.2, .aVF: 0.2])
        block.conduction.isLeftBundleBranchBlock = true
        #expect(SyntheticReading.assess(block).coronary == nil)
        var fast = Self.change([.v4: -0.2, .v5: -0.2])
        fast.intervals.heartRate = 150
        #expect(SyntheticReading.assess(fast).coronary == nil)
    }
}

extension Measurements {
    fileprivate mutating func setEpisode(
        _ lead: Lead, _ peak: Millivolts, start: SampleIndex, end: SampleIndex?
    ) {
        guard let index = leads.firstIndex(of: lead) else { return }
        stChanges[index].episode = STEpisode(start: start, end: end, peakDeviation: peak, peakSample: start + 500)
        stChanges[index].episodeCount = 1
    }
}
