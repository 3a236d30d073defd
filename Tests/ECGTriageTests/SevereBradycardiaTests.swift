import ECGModel
import ECGSimulator
import ECGTriage
import Testing

@Suite("Severe bradycardia")
struct SevereBradycardiaTests {
    private static let rate = 250.0

    /// Triage of a simulated patient's leads, told second by second.
    private func triage(
        _ rhythm: HeartRhythm, seed: UInt64, leads: [Lead], seconds: Int = 60,
        change: (SampleIndex, Int32) -> Int32 = { $1 }
    ) -> Triage {
        let scenario = Scenario(name: "bradycardia", title: "", sex: .male, ageYears: 70, rhythm: rhythm)
        return ECGTriageTests.triage(
            scenario, seed: seed, leads: leads, seconds: seconds, rate: Hertz(Self.rate), change: change)
    }

    @Test("A standard ECG of ten seconds pages", arguments: [18.0, 20, 22, 25, 30, 33])
    func standardRecording(perMinute: Double) {
        let missed = (1...6).filter { seed in
            let triage = triage(
                .sinus(rate: BeatsPerMinute(perMinute)), seed: UInt64(seed), leads: Lead.standardTwelve, seconds: 10)
            return triage.alert("severe-bradycardia")?.priority != .high
        }
        #expect(missed.isEmpty, "seeds \(missed)")
    }

    @Test("A standard ECG of a heart that is slow but not so slow does not page", arguments: [39.0, 42, 50])
    func slowRecording(perMinute: Double) {
        let paged = (1...6).filter { seed in
            let triage = triage(
                .sinus(rate: BeatsPerMinute(perMinute)), seed: UInt64(seed), leads: Lead.standardTwelve, seconds: 10)
            return triage.alerts.contains { $0.priority == .high }
        }
        #expect(paged.isEmpty, "seeds \(paged)")
    }

    /// In one lead its gaps are as long as an asystole, which one lead alone does not prove, but its complexes are there.
    @Test("In a single lead it pages, though asystole does not", arguments: [8.0, 10, 12, 14], [Lead.ii, .v5])
    func pages(perMinute: Double, lead: Lead) {
        let missed = (1...5).filter { seed in
            let triage = triage(.sinus(rate: BeatsPerMinute(perMinute)), seed: UInt64(seed), leads: [lead])
            return triage.alert("severe-bradycardia")?.priority != .high
        }
        #expect(missed.isEmpty, "seeds \(missed)")
    }

    @Test(
        "One gap of a single lead, which an electrode that hardly touches makes as well, does not page",
        arguments: [5.0, 7, 9])
    func oneGap(seconds: Double) {
        let paged = (1...5).filter { seed in
            let gap = Int(20 * Self.rate)..<Int((20 + seconds) * Self.rate)
            let triage = triage(.sinus(rate: 72), seed: UInt64(seed), leads: [.ii]) { gap.contains($0) ? $1 / 50 : $1 }
            return triage.alerts.contains { $0.priority == .high }
        }
        #expect(paged.isEmpty, "seeds \(paged)")
    }
}
