import ECGModel
import ECGSimulator

/// Patients of the simulator, with rhythms, conduction and infarcts that the recordings hardly have.
struct SimulatedPatients {
    private static let seconds = 30
    private var draws: SeededDraws
    private var count = 0

    init(seed: UInt64) { draws = SeededDraws(seed: seed, name: "simulated") }

    mutating func next() -> MarkedRecording {
        count += 1
        var scenario = Scenario.normalVariant(seed: draws.next() >> 8)
        scenario.rhythm = rhythm()
        if draws.chance(0.35), let wall = Infarct.Wall.allCases.randomElement(using: &draws) {
            scenario.infarct = Infarct(wall, .timesThreshold(Double(draws.ratio(1, 4))))
        }
        if draws.chance(0.2) { scenario.conduction = .leftBundleBranchBlock }
        if draws.chance(0.15) { scenario.conduction = .rightBundleBranchBlock }
        if draws.chance(0.2) { scenario.noise = .restless }
        return .simulated(
            scenario, seed: draws.next() >> 8, seconds: Self.seconds, name: "simulated/\(count)")
    }

    private func rate(_ low: Float, _ high: Float, _ draws: inout SeededDraws) -> BeatsPerMinute {
        BeatsPerMinute(Double(draws.ratio(low, high)))
    }

    private mutating func rhythm() -> HeartRhythm {
        switch draws.index(below: 16) {
        case 0...3: .sinus(rate: rate(38, 150, &draws))
        case 4, 5: .atrialFibrillation(rate: rate(50, 160, &draws))
        case 6: .supraventricularTachycardia(rate: rate(140, 220, &draws))
        case 7, 8: .ventricularEctopy(rate: rate(50, 110, &draws), everyBeats: 2 + draws.index(below: 6))
        case 9:
            .ventricularRuns(
                rate: rate(60, 100, &draws), runRate: rate(110, 200, &draws), runBeats: 3 + draws.index(below: 10),
                sinusBeats: 4 + draws.index(below: 12))
        case 10: .ventricularTachycardia(rate: rate(120, 210, &draws), onset: Double(draws.uniform(4, 15)))
        case 11:
            .pauses(
                rate: rate(50, 90, &draws), seconds: Double(draws.uniform(2, 5)), everyBeats: 4 + draws.index(below: 8))
        case 12: .firstDegreeBlock(rate: rate(50, 100, &draws), pr: Milliseconds(Double(draws.uniform(210, 380))))
        case 13: .wenckebach(rate: rate(60, 100, &draws), cycle: 3 + draws.index(below: 4))
        case 14:
            draws.chance(0.5)
                ? .twoToOneBlock(atrialRate: rate(70, 110, &draws))
                : .completeBlock(atrialRate: rate(70, 110, &draws), escapeRate: rate(28, 55, &draws))
        default: .paced(rate: rate(60, 100, &draws))
        }
    }
}
