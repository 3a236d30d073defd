import ECGModel
import ECGSimulator
import Testing

/// What the twelve leads owe to each other.
@Suite struct LeadRelationTests {
    private static let scenarios = Scenario.all.filter { $0.faults.isEmpty }

    @Test(arguments: scenarios)
    func einthovenAndGoldbergerHoldWithinOneCount(scenario: Scenario) {
        let probe = SignalProbe(scenario, seed: 2, seconds: 8)
        for index in 0..<probe.samples.count {
            let lead = { (channel: Int) in Double(probe.samples[index, channel]) }
            #expect(lead(2) == lead(1) - lead(0))
            #expect(abs(lead(3) + 0.5 * (lead(0) + lead(1))) <= 1)
            #expect(abs(lead(4) - (lead(0) - 0.5 * lead(1))) <= 1)
            #expect(abs(lead(5) - (lead(1) - 0.5 * lead(0))) <= 1)
        }
    }

    @Test func armReversalExchangesLeads() throws {
        let (right, wrong) = try Self.pair(.armElectrodes)
        for index in stride(from: 0, to: 3000, by: 7) {
            #expect(abs(wrong.samples[index, 0] + right.samples[index, 0]) <= 1)
            #expect(abs(wrong.samples[index, 1] - right.samples[index, 2]) <= 1)
            #expect(abs(wrong.samples[index, 3] - right.samples[index, 4]) <= 1)
            #expect(abs(wrong.samples[index, 5] - right.samples[index, 5]) <= 1)
            for chest in 6..<12 { #expect(abs(wrong.samples[index, chest] - right.samples[index, chest]) <= 1) }
        }
        #expect(wrong.truth.limbReversal == .armElectrodes)
        #expect(right.truth.limbReversal == nil)
    }

    @Test func leftArmLegReversalExchangesOneAndTwo() throws {
        let (right, wrong) = try Self.pair(.leftArmLeftLeg)
        for index in stride(from: 0, to: 3000, by: 7) {
            #expect(abs(wrong.samples[index, 0] - right.samples[index, 1]) <= 1)
            #expect(abs(wrong.samples[index, 2] + right.samples[index, 2]) <= 1)
        }
    }

    @Test func rightArmOnTheRightLegEmptiesLeadTwo() throws {
        let (right, wrong) = try Self.pair(.rightArmRightLeg)
        #expect(wrong.peak(.ii, 0..<3000) < 0.01)
        #expect(right.peak(.ii, 0..<3000) > 0.3)
    }

    private static func pair(
        _ reversal: RecordingQuality.LimbReversal
    ) throws -> (right: SignalProbe, wrong: SignalProbe) {
        var scenario = try #require(Scenario.named("normal"))
        let right = SignalProbe(scenario)
        scenario.limbReversal = reversal
        return (right, SignalProbe(scenario))
    }

    @Test func electrodesWithoutContactAreFlatOrAtTheRail() throws {
        let probe = SignalProbe(try #require(Scenario.named("lead-off")))
        #expect(probe.peak(.v3, 0..<5000) == 0)
        // The left arm's electrode falls off at 4 s; the leads that need it are at the rail half a second later.
        for lead in [Lead.i, .iii, .aVR, .aVL, .aVF] {
            #expect(probe.peak(lead, 0..<2000) < 3)
            let late = (2250..<5000).map { probe.millivolts(lead, $0) }
            #expect(late.allSatisfy { $0 == late[0] && $0 > 50 })
        }
        #expect(probe.peak(.ii, 2250..<5000) < 3)
        #expect(probe.truth.leadOff.contains(LeadOffSpan(lead: .i, start: 2000, end: 5000)))
        #expect(probe.truth.leadOff.contains(LeadOffSpan(lead: .v3, start: 0, end: 5000)))
    }

    @Test(arguments: [50.0, 60])
    func mainsHumHasTheAmplitudeAskedFor(hertz: Double) throws {
        var scenario = try #require(Scenario.named("normal"))
        scenario.noise = NoiseProfile(mains: 150, mainsFrequency: Hertz(hertz))
        scenario.rhythm = .asystole(onset: 0)
        let probe = SignalProbe(scenario, seed: 4)
        #expect(abs(probe.amplitude(.ii, hertz: hertz) - 0.15) < 0.002)
        #expect(probe.amplitude(.ii, hertz: hertz + 7) < 0.002)
    }

    @Test func muscleNoiseHasTheRootMeanSquareAskedFor() throws {
        var scenario = try #require(Scenario.named("normal"))
        scenario.noise = NoiseProfile(muscle: 40)
        scenario.rhythm = .asystole(onset: 0)
        let probe = SignalProbe(scenario, seed: 4, seconds: 20)
        let squares = (500..<10_000).map { probe.millivolts(.ii, $0) * probe.millivolts(.ii, $0) }
        let rms = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        #expect(abs(rms - 0.04) < 0.002)
    }
}
