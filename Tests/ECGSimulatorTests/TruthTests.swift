import ECGModel
import ECGSimulator
import Testing

/// The annotations against the noise-free signal, and infarcts against what was asked of them.
@Suite struct TruthTests {
    @Test(arguments: Scenario.all.filter { $0.faults.isEmpty && $0.limbReversal == nil })
    func stTruthIsWhatTheSignalShows(scenario: Scenario) throws {
        var still = scenario
        still.infarct?.evolution = .constant
        let probe = SignalProbe.clean(still, seed: 3)
        // At high rates T and P waves of the neighbours lie under the segment, in atrial fibrillation the f waves do.
        guard probe.intervals.allSatisfy({ $0 > 0.6 }), scenario.name != "afib", scenario.name != "av-block-3",
            let beat = probe.beat(scenario.name == "paced" ? .paced : .normal)
        else { return }
        // J falls between two samples: at the steepest ST slope here, 5 mV/s, half a sample is 5 µV; two counts more.
        let tolerance = 0.005 + 2 * Simulation.nanovoltsPerCount / 1e6
        for level in probe.truth.st {
            #expect(abs(probe.st(level.lead, of: beat) - level.stJ.value) < tolerance, "\(level.lead)")
            #expect(abs(probe.st(level.lead, of: beat, after: 40) - level.st40.value) < tolerance, "\(level.lead)")
            #expect(abs(probe.st(level.lead, of: beat, after: 80) - level.st80.value) < tolerance, "\(level.lead)")
        }
    }

    @Test(arguments: Infarct.Wall.allCases, [1.0, 1.5, 3])
    func theWallReachesTheMultipleOfItsThreshold(wall: Infarct.Wall, times: Double) throws {
        for (sex, age) in [(Patient.Sex.male, 30), (.male, 60), (.female, 60)] {
            let scenario = Scenario(
                name: "asked", title: "", sex: sex, ageYears: age, infarct: Infarct(wall, .timesThreshold(times)))
            for seed in 0..<5 as Range<UInt64> {
                let truth = SignalProbe(scenario, seed: seed, seconds: 0.1).truth
                let criterion = wall.criterion(sex: sex, ageYears: age)
                let ratios = try criterion.limits.map { limit in
                    try #require(truth.st(limit.lead)).stJ.value / limit.st.value
                }
                let best = (0...(ratios.count - criterion.neighbours)).map {
                    ratios[$0..<$0 + criterion.neighbours].min() ?? 0
                }.max()
                #expect(abs((best ?? 0) - times) < 1e-6)
            }
        }
    }

    @Test func theLevelInMillivoltsIsReached() throws {
        let scenario = Scenario(name: "asked", title: "", infarct: Infarct(.inferior, .millivolts(0.35)))
        let truth = SignalProbe(scenario, seconds: 0.1).truth
        let levels = try [Lead.iii, .aVF, .ii].map { try #require(truth.st($0)).stJ.value }
        let best = max(min(levels[0], levels[1]), min(levels[1], levels[2]))
        #expect(abs(best - 0.35) < 1e-6)
    }

    @Test func reciprocalChangesAppearByThemselves() throws {
        func st(_ name: String, _ lead: Lead) throws -> Double {
            let truth = SignalProbe(try #require(Scenario.named(name)), seconds: 0.1).truth
            return try #require(truth.st(lead)).stJ.value
        }
        #expect(try st("inferior-stemi", .aVL) < -0.05)
        #expect(try st("lateral-stemi", .iii) < -0.05)
        #expect(try st("posterior-stemi", .v2) < -0.05)
        #expect(try st("right-ventricular-stemi", .v1) > st("right-ventricular-stemi", .v2))
        #expect(try st("right-ventricular-stemi", .iii) > st("right-ventricular-stemi", .ii))
        #expect(try st("left-main", .aVR) > 0.1)
        #expect(try st("pericarditis", .aVL) > -0.02)
        #expect(try st("pericarditis", .aVR) < -0.05)
        #expect(try st("early-repolarisation", .v3) > 0.15)
        #expect(try st("early-repolarisation", .aVL) > -0.03)
    }

    @Test func anInfarctDevelopsInTime() throws {
        let scenario = try #require(Scenario.named("developing-anterior-stemi"))
        var simulation = Simulation(scenario: scenario, seed: 1)
        _ = simulation.next(20 * 500)
        let before = try #require(simulation.truth.st(.v2)).stJ.value
        _ = simulation.next(70 * 500)
        let during = try #require(simulation.truth.st(.v2)).stJ.value
        _ = simulation.next(90 * 500)
        let after = try #require(simulation.truth.st(.v2)).stJ.value
        #expect(before < 0.2)
        #expect(during > before + 0.05)
        #expect(after > during + 0.05)
    }

    @Test(arguments: ["normal", "lbbb", "rbbb", "lvh", "paced", "pvc", "vt", "inferior-stemi"])
    func rPeaksAreLocalExtremaOfTheHeartVector(name: String) throws {
        let probe = SignalProbe.clean(try #require(Scenario.named(name)), seed: 6)
        #expect(probe.truth.beats.count > 5)
        for beat in probe.truth.beats where beat.rPeak > 20 && beat.rPeak < probe.samples.count - 20 {
            // Frank's leads from the conventional ones would be another model: the inferior, left and front leads'
            // squares stand for the vector's length.
            func length(_ index: Int) -> Double {
                [Lead.i, .aVF, .v2, .v5].map { probe.millivolts($0, index) * probe.millivolts($0, index) }.reduce(0, +)
            }
            let neighbourhood = (beat.rPeak - 20)...(beat.rPeak + 20)
            let largest = neighbourhood.map(length).max() ?? 0
            #expect(length(beat.rPeak) > 0.6 * largest)
            let onset = try #require(beat.qrsOnset)
            let j = try #require(beat.jPoint)
            #expect(onset < beat.rPeak && beat.rPeak < j)
        }
    }

    @Test func qrsDurationsAreThoseOfTheirConduction() throws {
        for seed in 0..<20 as Range<UInt64> {
            func duration(_ name: String) throws -> Double {
                let probe = SignalProbe(try #require(Scenario.named(name)), seed: seed, seconds: 4)
                let beat = try #require(probe.truth.beats.first)
                return Double(try #require(beat.jPoint) - (try #require(beat.qrsOnset))) / 0.5
            }
            #expect((80...110).contains(try duration("normal")))
            #expect((130...162).contains(try duration("lbbb")))
            #expect(try duration("rbbb") >= 120)
            #expect(try duration("paced") >= 120)
        }
    }

    @Test func leftBundleBranchBlockStaysBelowSmithsRatio() throws {
        for seed in 0..<20 as Range<UInt64> {
            let probe = SignalProbe.clean(try #require(Scenario.named("lbbb")), seed: seed)
            let beat = try #require(probe.beat())
            for lead in [Lead.v1, .v2, .v3] {
                let onset = try #require(beat.qrsOnset)
                let s = (onset..<(try #require(beat.jPoint))).map { probe.millivolts(lead, $0) }.min() ?? 0
                let st = try #require(probe.truth.st(lead)).stJ.value
                #expect(st > 0 && s < 0)
                #expect(st / -s < 0.25, "\(lead)")
            }
        }
    }
}
