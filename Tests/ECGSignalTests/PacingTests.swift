import ECGModel
import ECGSignal
import ECGSimulator
import Testing

@Suite("Pacing")
struct PacingTests {
    static func simulate(_ name: String, seed: UInt64, rate: Hertz = 500, seconds: Int = 12) throws
        -> (run: AnalysisRun, truth: SimulationTruth)
    {
        var simulation = Simulation(
            scenario: try #require(Scenario.named(name)), seed: seed, samplingRate: rate)
        let samples = simulation.next(seconds * Int(rate.value))
        return (AnalysisRun(samples, channels: simulation.channels, rate: rate.value), simulation.truth)
    }

    @Test("Paced beats are told and the conduction is known as paced", arguments: [500.0, 1000, 360])
    func paced(rate: Double) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let (run, _) = try Self.simulate("paced", seed: seed, rate: Hertz(rate))
            let paced = run.beats.filter { $0.beatClass == .paced }
            #expect(run.beats.count >= 10)
            // The first stimuli alone prove nothing.
            #expect(paced.count >= run.beats.count - 3, "seed \(seed) at \(rate) Hz")
            #expect(run.measurements.last?.conduction.isPaced == true)
        }
    }

    @Test("The hum of the mains does not hide the stimuli", arguments: [50.0, 60], [300.0, 500])
    func hum(hertz: Double, microvolts: Double) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            var scenario = try #require(Scenario.named("paced"))
            scenario.noise.mains = Microvolts(microvolts)
            scenario.noise.mainsFrequency = Hertz(hertz)
            var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: 500)
            let samples = simulation.next(12 * 500)
            let run = AnalysisRun(samples, channels: simulation.channels, rate: 500)
            let paced = run.beats.filter { $0.beatClass == .paced }
            #expect(paced.count * 2 > run.beats.count, "seed \(seed): \(paced.count) of \(run.beats.count)")
            #expect(run.measurements.last?.conduction.isPaced == true, "seed \(seed)")
        }
    }

    @Test("R peak, QRS onset and ST levels are the heart's, not the stimulus's")
    func undisturbed() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let (run, truth) = try Self.simulate("paced", seed: seed)
            #expect(run.beats.count >= truth.beats.count - 1)
            for beat in run.beats.dropFirst(2) where beat.rPeak < truth.beats.last?.rPeak ?? 0 {
                let nearest = truth.beats.min { abs($0.rPeak - beat.rPeak) < abs($1.rPeak - beat.rPeak) }
                let reference = try #require(nearest)
                let onset = try #require(reference.qrsOnset)
                let found = try #require(beat.qrsOnset)
                #expect(beat.rPeak > onset && beat.rPeak < reference.rPeak + 50, "seed \(seed)")
                #expect(abs(found - onset) <= 10, "seed \(seed)")
            }
            let last = try #require(run.measurements.last)
            for lead in last.leads {
                let found = try #require(last[lead]?.stJ)
                let level = try #require(truth.st(lead)?.stJ)
                #expect(abs(found.value - level.value) < 0.04, "\(lead) seed \(seed)")
            }
        }
    }

    @Test(
        "Nobody else is paced",
        arguments: Scenario.all.filter { $0.name != "paced" }.map(\.name))
    func unpaced(name: String) throws {
        let (run, truth) = try Self.simulate(name, seed: 3)
        #expect(run.beats.count * 2 >= truth.beats.count)
        #expect(run.beats.allSatisfy { $0.beatClass != .paced })
        #expect(run.measurements.last?.conduction.isPaced == false)
    }

    @Test("A single glitch before a beat is no pacemaker")
    func glitch() {
        var heart = SyntheticHeart(leads: 3, seconds: 12)
        let times = heart.rhythm(from: 0.5, to: 11.5, interval: 0.8)
        heart.set(lead: 0, from: times[4] - 0.06, to: times[4] - 0.056) { _ in 2 }
        heart.set(lead: 1, from: times[4] - 0.06, to: times[4] - 0.056) { _ in -2 }
        let run = AnalysisRun(heart)
        #expect(run.beats.count == times.count)
        #expect(run.beats.allSatisfy { $0.beatClass != .paced })
    }
}
