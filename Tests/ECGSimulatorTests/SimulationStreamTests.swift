import ECGModel
import ECGSimulator
import Testing

/// The simulation as a stream: same bits however it is asked for.
@Suite struct SimulationStreamTests {
    @Test(arguments: Scenario.all)
    func samplesDoNotDependOnHowTheyAreAskedFor(scenario: Scenario) {
        var whole = Simulation(scenario: scenario, seed: 11)
        let reference = whole.next(6000)
        var parts = Simulation(scenario: scenario, seed: 11)
        var samples = parts.next(0)
        var size = 1
        while samples.count < 6000 {
            parts.append(min(size, 6000 - samples.count), to: &samples)
            size = size % 601 * 3 + 1
        }
        #expect(samples == reference)
        #expect(parts.truth == whole.truth)
    }

    @Test func theSeedDecides() {
        let scenario = Scenario.all[0]
        var first = Simulation(scenario: scenario, seed: 5)
        var again = Simulation(scenario: scenario, seed: 5)
        var other = Simulation(scenario: scenario, seed: 6)
        let samples = first.next(2000)
        #expect(samples == again.next(2000))
        #expect(samples != other.next(2000))
        #expect(first.header() == again.header())
        #expect(first.header().id != other.header().id)
    }

    @Test func aCopyGoesOnByItself() {
        var first = Simulation(scenario: Scenario.all[0], seed: 5)
        _ = first.next(777)
        var copy = first
        let samples = first.next(1500)
        #expect(copy.next(1500) == samples)
    }

    @Test(arguments: [100.0, 125, 250, 360, 500, 1000])
    func everyAcceptedRateGivesAValidRecordingOfTheSameRhythm(rate: Double) throws {
        for scenario in Scenario.all {
            var simulation = Simulation(scenario: scenario, seed: 3, samplingRate: Hertz(rate))
            let samples = simulation.next(Int(rate) * 12)
            try simulation.header().validate()
            #expect(samples.count == Int(rate) * 12)
            #expect(samples.counts.allSatisfy { abs($0) <= 32_767 })
            var reference = Simulation(scenario: scenario, seed: 3)
            _ = reference.next(6000)
            #expect(
                abs(simulation.truth.beats.count - reference.truth.beats.count) <= 1, "\(scenario.name) at \(rate) Hz")
        }
    }

    @Test func withoutTruthTheSamplesAreTheSame() throws {
        let scenario = try #require(Scenario.named("pvc"))
        var told = Simulation(scenario: scenario, seed: 9)
        var untold = Simulation(scenario: scenario, seed: 9, recordsTruth: false)
        #expect(told.next(5000) == untold.next(5000))
        #expect(!told.truth.beats.isEmpty)
        #expect(untold.truth.beats.isEmpty)
    }

    @Test func catalogueNamesAreUniqueAndFound() {
        #expect(Set(Scenario.all.map(\.name)).count == Scenario.all.count)
        #expect(Scenario.all.allSatisfy { Scenario.named($0.name) == $0 && !$0.title.isEmpty })
        #expect(Scenario.named("no such scenario") == nil)
        let promised = [
            "normal", "inferior-stemi", "anterior-stemi", "lbbb", "early-repolarisation", "vf", "noisy-normal",
            "lead-off",
        ]
        #expect(promised.allSatisfy { Scenario.named($0) != nil })
    }

    /// FNV-1a, a word at a time, over three seconds of every scenario. The number changes only when the model does.
    @Test func theBitsAreTheSameOnEveryMachine() {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for scenario in Scenario.all {
            var simulation = Simulation(scenario: scenario, seed: 1)
            for count in simulation.next(1500).counts {
                digest = (digest ^ UInt64(UInt32(bitPattern: count))) &* 0x100_0000_01B3
            }
        }
        #expect(digest == 8_404_637_961_332_599_587)
    }
}
