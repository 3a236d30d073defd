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
}
