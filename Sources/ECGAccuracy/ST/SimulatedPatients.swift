import ECGModel
import ECGSimulator

/// The simulated patients on whom ST is measured: every wall's infarct at once and twice the threshold, and as many
/// without, men and women, in a recording as quiet as a ward's and in one with muscle noise of 20 dB.
enum SimulatedPatients {
    struct Patient {
        var quiet: Subject.Source
        var noisy: Subject.Source
    }

    static let description = """
        10 s each; 20 dB is muscle noise whose root mean square is a tenth of the noise-free lead II's, beside the drift \
        and hum of a quiet recording.
        """

    static let seconds = 10
    /// Ratio of root mean squares at 20 dB.
    private static let signalToNoise = 10.0
    private static let people: [(sex: ECGModel.Patient.Sex, ageYears: Int)] = [(.male, 61), (.female, 58)]
    private static let sizes = [1.0, 2]

    static let ofEveryWall: [Patient] = {
        var scenarios: [Scenario] = []
        for person in people {
            for wall in Infarct.Wall.allCases {
                for size in sizes {
                    scenarios.append(scenario(person, Infarct(wall, .timesThreshold(size))))
                    scenarios.append(scenario(person, nil))
                }
            }
        }
        return scenarios.enumerated().map { index, scenario in
            let seed = UInt64(index + 1)
            var noisy = scenario
            noisy.name += "-20-dB"
            noisy.noise.muscle = Microvolts(rootMeanSquareOfLeadII(scenario, seed: seed).value / signalToNoise)
            return Patient(
                quiet: .simulated(scenario, seed: seed, seconds: seconds),
                noisy: .simulated(noisy, seed: seed, seconds: seconds))
        }
    }()

    private static func scenario(_ person: (sex: ECGModel.Patient.Sex, ageYears: Int), _ infarct: Infarct?) -> Scenario
    {
        Scenario(
            name: infarct.map { "\($0.wall.rawValue)" } ?? "no-infarct", title: "", sex: person.sex,
            ageYears: person.ageYears, rhythm: .sinus(rate: 74), infarct: infarct)
    }

    /// Of the noise-free lead about its mean.
    private static func rootMeanSquareOfLeadII(_ scenario: Scenario, seed: UInt64) -> Microvolts {
        var silent = scenario
        silent.noise = .none
        var simulation = Simulation(scenario: silent, seed: seed, recordsTruth: false)
        let samples = simulation.next(Milliseconds(Double(seconds) * 1000).samples(at: simulation.samplingRate))
        let leadII = (0..<samples.count).map { Double(samples[$0, 1]) * Simulation.nanovoltsPerCount / 1000 }
        return Microvolts(Spread(leadII).standardDeviation ?? 0)
    }
}
