import ECGModel
import ECGSimulator
import ECGTriage
import Testing

/// What a pacemaker does is not what the heart does.
@Suite("A pacemaker's stimuli and the heart's answers")
struct PacemakerTests {
    private static let rate = 500.0
    private static let seeds: ClosedRange<UInt64> = 1...8

    private func simulation(_ perMinute: Double, seed: UInt64) -> Simulation {
        Simulation(
            scenario: Scenario(
                name: "paced", title: "", ageYears: 80, rhythm: .paced(rate: BeatsPerMinute(perMinute))),
            seed: seed, samplingRate: Hertz(Self.rate))
    }

    /// Leaves of the recording, from a sample on, the stimuli alone: what a median over 18 ms takes away.
    private func losingCapture(_ samples: Samples, from start: SampleIndex) -> Samples {
        var lost = samples
        let reach = 4
        for channel in 0..<samples.channelCount {
            for sample in start..<samples.count - reach {
                let around = (sample - reach...sample + reach).map { samples[$0, channel] }.sorted()
                lost[sample, channel] = samples[start, channel] + samples[sample, channel] - around[reach]
            }
        }
        return lost
    }

    @Test("Stimuli that the heart no longer answers do not hide that it stands still", arguments: [60.0, 80, 100, 130])
    func lossOfCapture(perMinute: Double) {
        let missed = Self.seeds.filter { seed in
            var simulation = simulation(perMinute, seed: seed)
            let samples = losingCapture(simulation.next(25 * Int(Self.rate)), from: 12 * Int(Self.rate))
            let triage = triage(
                samples, channels: simulation.channels, rate: Hertz(Self.rate), patient: simulation.patient)
            return triage.alert("asystole")?.priority != .high
        }
        #expect(missed.isEmpty, "seeds \(missed)")
    }

    @Test(
        "A paced heart does not stand still, however large the stimuli are beside its complexes",
        arguments: [60.0, 70, 80], [Lead.standardTwelve, [.i, .ii, .iii]])
    func paced(perMinute: Double, leads: [Lead]) {
        let alarmed = Self.seeds.filter { seed in
            let scenario = Scenario(
                name: "paced", title: "", ageYears: 80, rhythm: .paced(rate: BeatsPerMinute(perMinute)))
            let triage = triage(scenario, seed: seed, leads: leads, seconds: 30)
            return triage.alerts.contains { $0.priority == .high }
        }
        #expect(alarmed.isEmpty, "seeds \(alarmed)")
    }
}
