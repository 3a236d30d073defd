import ECGModel
import ECGSignal
import ECGSimulator
import Testing

/// Standstill of the ventricles while the atria go on, and what must not be taken for it.
@Suite("Standstill of the ventricles")
struct StandstillTests {
    private static let rate = 500.0
    /// Twelve leads, single ones, and two at a time as monitors have them.
    private static let leadSets: [[Lead]] = [Lead.standardTwelve, [.ii], [.v1], [.v5], [.i, .ii], [.ii, .v2]]
    private static let seeds: ClosedRange<UInt64> = 1...10

    private func patient(_ seed: UInt64, _ rhythm: HeartRhythm) -> Scenario {
        Scenario(
            name: "standstill", title: "", sex: seed.isMultiple(of: 2) ? .female : .male, ageYears: 40 + 4 * Int(seed),
            rhythm: rhythm)
    }

    /// Analyses some of a patient's leads, with every potential scaled from a time on.
    private func run(
        _ scenario: Scenario, seed: UInt64, leads: [Lead], seconds: Int = 30, scale: Double = 1, from scaled: Double = 0
    ) -> AnalysisRun {
        var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: Hertz(Self.rate))
        let all = simulation.next(seconds * Int(Self.rate))
        let lanes = leads.compactMap { Lead.standardTwelve.firstIndex(of: $0) }
        var counts: [Int32] = []
        counts.reserveCapacity(all.count * lanes.count)
        for instant in 0..<all.count {
            let factor = Double(instant) < scaled * Self.rate ? 1 : scale
            for lane in lanes { counts.append(Int32((Double(all[instant, lane]) * factor).rounded())) }
        }
        return AnalysisRun(
            Samples(channelCount: lanes.count, counts: counts), channels: lanes.map { simulation.channels[$0] },
            rate: Self.rate)
    }

    private func tellsAsystole(_ run: AnalysisRun) -> Bool {
        run.measurements.contains { $0.rhythm.current == .asystole }
    }

    @Test("P waves that go on alone after sinus rhythm are no heartbeat", arguments: leadSets, [62.0, 80, 105])
    func afterSinusRhythm(leads: [Lead], atrialRate: Double) {
        let missed = Self.seeds.filter { seed in
            let rhythm = HeartRhythm.ventricularStandstill(
                atrialRate: BeatsPerMinute(atrialRate), escapeRate: nil, onset: 8)
            return !tellsAsystole(run(patient(seed, rhythm), seed: seed, leads: leads))
        }
        #expect(missed.isEmpty, "seeds \(missed)")
    }

    @Test(
        "Complexes that become small in all leads from one moment on are still beats", arguments: leadSets,
        [0.33, 0.15])
    func smallerGain(leads: [Lead], scale: Double) {
        let wrong = Self.seeds.filter { seed in
            tellsAsystole(
                run(patient(seed, .sinus(rate: 75)), seed: seed, leads: leads, scale: scale, from: 10))
        }
        #expect(wrong.isEmpty, "seeds \(wrong)")
    }

    @Test("Low voltage is no standstill", arguments: leadSets)
    func lowVoltage(leads: [Lead]) {
        let wrong = Self.seeds.filter { seed in
            tellsAsystole(run(patient(seed, .sinus(rate: 75)), seed: seed, leads: leads, scale: 0.2))
        }
        #expect(wrong.isEmpty, "seeds \(wrong)")
    }

    @Test(
        "An electrode that falls off is no standstill", arguments: [Electrode.rightArm, .leftArm, .leftLeg],
        [ElectrodeFault.Reading.flat, .saturated])
    func electrodeOff(electrode: Electrode, reading: ElectrodeFault.Reading) {
        let wrong = Self.seeds.filter { seed in
            var scenario = patient(seed, .sinus(rate: 75))
            scenario.faults = [ElectrodeFault(electrode, reading, from: 10)]
            return tellsAsystole(run(scenario, seed: seed, leads: Lead.standardTwelve))
        }
        #expect(wrong.isEmpty, "seeds \(wrong)")
    }

    @Test("A beat that comes back ends a standstill")
    func recovery() {
        var heart = SyntheticHeart(leads: 2, seconds: 40)
        let before = heart.rhythm(from: 0.4, to: 12, interval: 0.8)
        for time in stride(from: 12.4, to: 24, by: 0.8) {
            heart.beat(at: time, waves: [SyntheticHeart.narrow[0]])
        }
        let after = heart.rhythm(from: 24.4, to: 40, interval: 0.8)
        heart.noise(millivolts: 0.01)
        let run = AnalysisRun(heart)
        #expect(tellsAsystole(run))
        #expect(run.finds(before + after, rate: heart.rate))
        #expect(run.measurements.dropLast().last?.rhythm.current == .regular)
    }
}
