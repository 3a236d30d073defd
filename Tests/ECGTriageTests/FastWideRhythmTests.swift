import ECGModel
import ECGSimulator
import ECGTriage
import Testing

/// Wide complexes that follow each other so fast that the line never rests between them.
@Suite("Fast rhythms of wide complexes")
struct FastWideRhythmTests {
    private static let leadSets: [[Lead]] = [Lead.standardTwelve, [.i, .ii, .iii], [.ii], [.v1]]
    private static let seeds: ClosedRange<UInt64> = 1...6

    @Test(
        "Atrial fibrillation with left bundle-branch block is not taken for fibrillation of the ventricles",
        arguments: [110.0, 130, 148], leadSets)
    func bundleBranchBlock(perMinute: Double, leads: [Lead]) {
        let scenario = Scenario(
            name: "block", title: "", ageYears: 70, rhythm: .atrialFibrillation(rate: BeatsPerMinute(perMinute)),
            conduction: .leftBundleBranchBlock)
        let alarmed = Self.seeds.filter { seed in
            triage(scenario, seed: seed, leads: leads, seconds: 30).alert("ventricular-fibrillation") != nil
        }
        #expect(alarmed.isEmpty, "seeds \(alarmed)")
    }

    @Test("Fibrillation of the ventricles is told whatever was before it", arguments: leadSets)
    func ventricularFibrillation(leads: [Lead]) {
        for conduction in [VentricularConduction.narrow, .leftBundleBranchBlock] {
            let scenario = Scenario(
                name: "fibrillation", title: "", ageYears: 70, rhythm: .ventricularFibrillation(onset: 8),
                conduction: conduction)
            let missed = Self.seeds.filter { seed in
                triage(scenario, seed: seed, leads: leads, seconds: 20).alert("ventricular-fibrillation") == nil
            }
            #expect(missed.isEmpty, "\(conduction), seeds \(missed)")
        }
    }

    /// No other beat tells what is usual of the patient.
    @Test(
        "A recording that shows nothing but a ventricular tachycardia tells it", arguments: [175.0, 200, 230], [10, 30])
    func nothingElse(perMinute: Double, seconds: Int) {
        let scenario = Scenario(
            name: "tachycardia", title: "", ageYears: 70,
            rhythm: .ventricularTachycardia(rate: BeatsPerMinute(perMinute), onset: 0))
        let missed = (1...12).filter { seed in
            let alert = triage(scenario, seed: UInt64(seed), seconds: seconds).alert("ventricular-tachycardia")
            return alert.map { $0.priority < .medium } ?? true
        }
        #expect(missed.isEmpty, "seeds \(missed)")
    }

    /// A pacemaker follows the atria up to its upper rate, commonly 120 to 140 /min.
    @Test(
        "Paced complexes are no ventricular tachycardia, as fast as a pacemaker drives them",
        arguments: [100.0, 120, 138, 150], [Lead.standardTwelve, [.i, .ii, .iii], [.ii]])
    func paced(perMinute: Double, leads: [Lead]) {
        let scenario = Scenario(
            name: "paced", title: "", ageYears: 80, rhythm: .paced(rate: BeatsPerMinute(perMinute)))
        let alarmed = Self.seeds.filter { seed in
            triage(scenario, seed: seed, leads: leads, seconds: 30).alert("ventricular-tachycardia") != nil
        }
        #expect(alarmed.isEmpty, "seeds \(alarmed)")
    }

    @Test(
        "A tachycardia without stimuli is told of a paced patient", arguments: [60.0, 90, 120, 140],
        [[Lead.i, .ii, .iii], [.ii]])
    func tachycardiaOfPaced(perMinute: Double, leads: [Lead]) {
        let rate = Hertz(500)
        let onset = 12 * 500
        let missed = Self.seeds.filter { seed in
            func recording(_ rhythm: HeartRhythm) -> Simulation {
                let scenario = Scenario(name: "paced", title: "", ageYears: 80, rhythm: rhythm)
                return Simulation(scenario: scenario, seed: seed, samplingRate: rate)
            }
            var paced = recording(.paced(rate: BeatsPerMinute(perMinute)))
            var tachycardia = recording(.ventricularTachycardia(rate: 175, onset: 0))
            let lanes = leads.compactMap { Lead.standardTwelve.firstIndex(of: $0) }
            let before = paced.next(onset)
            let after = tachycardia.next(onset)
            let counts =
                (0..<onset).flatMap { sample in lanes.map { before[sample, $0] } }
                + (0..<onset).flatMap { sample in lanes.map { after[sample, $0] } }
            let triage = triage(
                Samples(channelCount: lanes.count, counts: counts), channels: lanes.map { paced.channels[$0] },
                rate: rate,
                patient: paced.patient)
            return triage.alert("ventricular-tachycardia").map { $0.priority < .medium } ?? true
        }
        #expect(missed.isEmpty, "seeds \(missed)")
    }
}
