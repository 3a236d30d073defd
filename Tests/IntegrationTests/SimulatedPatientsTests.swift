import ECGModel
import ECGServer
import ECGSimulator
import ECGTriage
import Testing

/// Analysis and triage together, on patients whose truth is known.
@Suite("Simulated patients are read rightly", .ownThreads)
struct SimulatedPatientsTests {
    /// Reads ten seconds, as a clinic records them, in blocks of one second.
    static func alerts(of scenario: Scenario, seed: UInt64, seconds: Int = 10) -> [AlertProposal] {
        var simulation = Simulation(scenario: scenario, seed: seed, recordsTruth: false)
        let header = simulation.header()
        var interpreter = RecordingInterpreter(header: header, table: .countyDefault)
        var raised: [AlertProposal] = []
        for _ in 0..<seconds { raised += interpreter.process(simulation.next(500)) }
        return raised + interpreter.finish().raised
    }

    @Test(
        "infarcts at 1.5 times the threshold and above raise a high alert within ten seconds",
        arguments: Infarct.Wall.allCases)
    func infarcts(wall: Infarct.Wall) {
        for (sex, ageYears) in [(Patient.Sex.male, 35), (.male, 61), (.female, 58), (.female, 80)] {
            for size in [1.5, 2, 3] {
                for seed in 1...5 as ClosedRange<UInt64> {
                    var scenario = Scenario(
                        name: "infarct", title: "", sex: sex, ageYears: ageYears, rhythm: .sinus(rate: 78),
                        infarct: Infarct(wall, .timesThreshold(size)))
                    scenario.noise = .quiet
                    let alerts = Self.alerts(of: scenario, seed: seed)
                    #expect(
                        alerts.contains { $0.priority == .high },
                        "\(wall) at \(size) × threshold, \(sex) of \(ageYears), seed \(seed): \(alerts.map(\.code))")
                }
            }
        }
    }

    @Test(
        "a thousand normals of both sexes and all ages, block, hypertrophy and early repolarisation among them, raise no high alert",
        arguments: stride(from: 1, to: 1000, by: 50).map { $0..<$0 + 50 } as [Range<UInt64>])
    func normals(seeds: Range<UInt64>) {
        var high: [String] = []
        for seed in seeds {
            let scenario = Scenario.normalVariant(seed: seed)
            for alert in Self.alerts(of: scenario, seed: seed) where alert.priority == .high {
                high.append(
                    "seed \(seed), \(scenario.conduction), \(scenario.repolarisation): \(alert.code) in \(alert.finding.leads)"
                )
            }
        }
        #expect(high.isEmpty, "\(high.count) high alerts: \(high.prefix(20).joined(separator: "; "))")
    }

    @Test("an infarct is one alert, however long it lasts")
    func oneAlert() {
        let scenario = Scenario.named("anterior-stemi")
        let alerts = scenario.map { Self.alerts(of: $0, seed: 1, seconds: 60) } ?? []
        #expect(Set(alerts.map(\.code)) == ["acute-coronary-syndrome"])
    }
}
