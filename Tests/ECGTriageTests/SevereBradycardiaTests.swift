import ECGModel
import ECGSignal
import ECGSimulator
import ECGTriage
import Testing

/// A heart that beats a few times a minute, seen in one lead: its gaps are as long as an asystole, which one lead alone
/// does not prove, but its complexes are there.
@Suite("Severe bradycardia in a single lead")
struct SevereBradycardiaTests {
    private static let rate = 250.0

    /// Triage of a lead of a simulated patient, told second by second.
    private func triage(
        _ rhythm: HeartRhythm, seed: UInt64, lead: Lead, seconds: Int = 60,
        change: (SampleIndex, Int32) -> Int32 = { $1 }
    ) -> Triage {
        let scenario = Scenario(name: "bradycardia", title: "", sex: .male, ageYears: 70, rhythm: rhythm)
        var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: Hertz(Self.rate))
        let all = simulation.next(seconds * Int(Self.rate))
        let lane = Lead.standardTwelve.firstIndex(of: lead) ?? 0
        let counts = (0..<all.count).map { change($0, all[$0, lane]) }
        var analyzer = RecordingAnalyzer(channels: [simulation.channels[lane]], samplingRate: Hertz(Self.rate))
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 70))
        analyzer.process(Samples(channelCount: 1, counts: counts)) { event in
            if case .measured(let measurements) = event { _ = triage.assess(measurements) }
        }
        return triage
    }

    @Test("It pages, though asystole in one lead does not", arguments: [8.0, 10, 12, 14], [Lead.ii, .v5])
    func pages(perMinute: Double, lead: Lead) {
        let missed = (1...5).filter { seed in
            let triage = triage(.sinus(rate: BeatsPerMinute(perMinute)), seed: UInt64(seed), lead: lead)
            return triage.alert("severe-bradycardia")?.priority != .high
        }
        #expect(missed.isEmpty, "seeds \(missed)")
    }

    @Test("One gap, which an electrode that hardly touches makes as well, does not page", arguments: [5.0, 7, 9])
    func oneGap(seconds: Double) {
        let paged = (1...5).filter { seed in
            let gap = Int(20 * Self.rate)..<Int((20 + seconds) * Self.rate)
            let triage = triage(.sinus(rate: 72), seed: UInt64(seed), lead: .ii) { gap.contains($0) ? $1 / 50 : $1 }
            return triage.alerts.contains { $0.priority == .high }
        }
        #expect(paged.isEmpty, "seeds \(paged)")
    }
}
