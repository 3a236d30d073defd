import ECGAccuracy
import ECGModel
import ECGSimulator
import Testing

@Suite("Alterations do what the electrodes would")
struct AlterationTests {
    static func recording(_ reversal: RecordingQuality.LimbReversal? = nil) -> Recording {
        var scenario = Scenario(name: "test", title: "", limbReversal: reversal)
        scenario.noise = .none
        var simulation = Simulation(scenario: scenario, seed: 3)
        return Recording(header: simulation.header(), samples: simulation.next(1000))
    }

    /// The simulator exchanges electrodes before it forms leads; the algebra of finished leads must agree, within the
    /// rounding of a few counts.
    @Test(
        "exchanged limb electrodes give the leads that exchanged electrodes record",
        arguments: RecordingQuality.LimbReversal.allCases)
    func reversal(_ reversal: RecordingQuality.LimbReversal) {
        var altered = Self.recording()
        Alteration.limbReversal(reversal).apply(to: &altered)
        let recorded = Self.recording(reversal)
        let farthest = zip(altered.samples.counts, recorded.samples.counts).map { ($0 - $1).magnitude }.max() ?? 0
        #expect(farthest <= 3)
    }

    @Test("one lead alone is that lead's samples and nothing else")
    func onlyLead() {
        let whole = Self.recording()
        var lead = whole
        Alteration.onlyLead(6).apply(to: &lead)
        #expect(lead.header.channels == [whole.header.channels[6]])
        #expect(lead.samples.counts == (0..<whole.samples.count).map { whole.samples[$0, 6] })
    }

    @Test("a sine wave has its peak in the limb leads and keeps Einthoven's relation")
    func sineWave() {
        var recording = Self.recording()
        let before = recording.samples
        Alteration.sineWave(peak: 0.5, frequency: 5).apply(to: &recording)
        let added = (0..<before.count).map { sample in
            (0..<3).map { Double(recording.samples[sample, $0] - before[sample, $0]) * 0.0025 }
        }
        for lead in 0..<3 {
            let peak = added.map { $0[lead].magnitude }.max() ?? 0
            #expect(abs(peak - 0.5) < 0.01)
        }
        #expect(added.allSatisfy { abs($0[1] - $0[0] - $0[2]) < 0.006 })
    }
}
