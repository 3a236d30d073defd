import ECGModel
import ECGSignal
import ECGSimulator
import Testing

@Suite("What makes detectors miss and invent beats")
struct BeatCauseTests {
    /// Marks of found and true beats are the same beat within this; a P wave is farther from its R peak.
    private static let toleranceSeconds = 0.08

    /// What was missed and what was invented, in seconds.
    private func errors(_ run: AnalysisRun, _ truth: [Double], rate: Double) -> (missed: [Double], invented: [Double]) {
        let found = run.beats.map { Double($0.rPeak) / rate }
        return (
            truth.filter { t in !found.contains { abs($0 - t) <= Self.toleranceSeconds } },
            found.filter { f in !truth.contains { abs($0 - f) <= Self.toleranceSeconds } }
        )
    }

    private func expectAll(_ heart: SyntheticHeart, _ truth: [Double]) {
        let (missed, invented) = errors(AnalysisRun(heart), truth, rate: heart.rate)
        #expect(missed.isEmpty && invented.isEmpty, "missed \(missed), invented \(invented)")
    }

    @Test(
        "P and T waves beside an infarct's small complexes are no beats", arguments: [Infarct.Wall.anterior, .deWinter])
    func infarcts(wall: Infarct.Wall) {
        var errorCount = 0
        var beatCount = 0
        for seed in 1001...1008 as ClosedRange<UInt64> {
            for (sex, age) in [(Patient.Sex.female, 45), (.male, 39), (.male, 70)] {
                var scenario = Scenario(
                    name: "infarct", title: "", sex: sex, ageYears: age, rhythm: .sinus(rate: 78),
                    infarct: Infarct(wall, .timesThreshold(1.5)))
                scenario.noise = .quiet
                var simulation = Simulation(scenario: scenario, seed: seed)
                let samples = simulation.next(5000)
                let run = AnalysisRun(samples, channels: simulation.channels, rate: 500)
                // A complex cut off by the recording's start or end may be told or not.
                let whole = 0.3...9.6
                let truth = simulation.truth.beats.map { Double($0.rPeak) / 500 }.filter(whole.contains)
                let (missed, invented) = errors(run, truth, rate: 500)
                errorCount += missed.count + invented.filter(whole.contains).count
                beatCount += truth.count
            }
        }
        #expect(Double(errorCount) <= 0.005 * Double(beatCount), "\(errorCount) of \(beatCount)")
    }

    @Test("Flutter waves are no beats")
    func flutter() {
        var heart = SyntheticHeart(leads: 2, seconds: 20)
        var times: [Double] = []
        var t = 0.5
        // Blocks of 4:1 and 3:1 in turn, waves at 300 a minute.
        for k in 0..<25 {
            heart.beat(at: t, waves: Array(SyntheticHeart.narrow.dropFirst()))
            times.append(t)
            t += k % 3 == 0 ? 0.6 : 0.8
        }
        heart.sine(hertz: 5, millivolts: 0.15)
        heart.noise(millivolts: 0.02)
        expectAll(heart, times)
    }

    @Test("A pacemaker's spike and the wide complex after it are one beat")
    func pacing() {
        var heart = SyntheticHeart(leads: 2, seconds: 20)
        let times = heart.rhythm(from: 0.6, to: 19.5, interval: 0.857, waves: SyntheticHeart.wide)
        for time in times {
            for lead in 0..<2 {
                heart.set(lead: lead, from: time - 0.06, to: time - 0.058) { _ in lead == 0 ? 3 : -2 }
            }
        }
        heart.noise(millivolts: 0.02)
        expectAll(heart, times)
    }

    @Test("A sudden fall of the amplitude hides no beats", arguments: [0.5, 0.3])
    func amplitude(scale: Double) {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        var times: [Double] = []
        for k in 0..<36 {
            times.append(0.5 + 0.8 * Double(k))
            heart.beat(at: 0.5 + 0.8 * Double(k), scale: k < 18 ? 1 : scale)
        }
        heart.noise(millivolts: 0.01)
        expectAll(heart, times)
    }

    @Test("P waves without a QRS complex are no beats, and the beats after the pause are found")
    func pause() {
        var heart = SyntheticHeart(leads: 2, seconds: 24)
        var times = heart.rhythm(from: 0.5, to: 9.5, interval: 0.8)
        for p in stride(from: 10.14, to: 13.3, by: 0.8) {
            heart.beat(at: p, waves: [.init(delaySeconds: -0.16, widthSeconds: 0.02, millivolts: 0.12)])
        }
        times += heart.rhythm(from: 13.7, to: 23.5, interval: 0.8)
        heart.noise(millivolts: 0.01)
        expectAll(heart, times)
    }

    @Test(
        "P waves of complete block are no beats once the escape rhythm is known, in seven of ten patients",
        arguments: [(70, 28), (86, 34), (110, 40)])
    func completeBlock(atrialRate: Double, escapeRate: Double) {
        var wrong: [UInt64] = []
        for seed in 1...10 as ClosedRange<UInt64> {
            let scenario = Scenario(
                name: "block", title: "", sex: seed.isMultiple(of: 2) ? .female : .male, ageYears: 40 + 4 * Int(seed),
                rhythm: .completeBlock(
                    atrialRate: BeatsPerMinute(atrialRate), escapeRate: BeatsPerMinute(escapeRate)))
            var simulation = Simulation(scenario: scenario, seed: seed)
            let samples = simulation.next(30 * 500)
            let run = AnalysisRun(samples, channels: simulation.channels, rate: 500)
            // Ten seconds hold five complexes of the slowest, and the last complex may be cut off by the end.
            let known = 10.0...29.5
            let truth = simulation.truth.beats.map { Double($0.rPeak) / 500 }.filter(known.contains)
            let (missed, invented) = errors(run, truth, rate: 500)
            if !missed.isEmpty || invented.contains(where: known.contains) { wrong.append(seed) }
        }
        #expect(wrong.count <= 3, "seeds \(wrong)")
    }

    @Test("Bigeminy of large and small beats keeps its small ones")
    func bigeminy() {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        var times: [Double] = []
        for k in 0..<18 {
            let t = 0.5 + 1.6 * Double(k)
            heart.beat(at: t, scale: 0.5)
            heart.beat(at: t + 0.55, waves: SyntheticHeart.wide, scale: 2)
            times += [t, t + 0.55]
        }
        heart.noise(millivolts: 0.01)
        expectAll(heart, times)
    }

    @Test("Small, slow ventricular beats are found", arguments: [0.35, 0.6])
    func smallVentricular(scale: Double) {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        var times: [Double] = []
        var t = 0.5
        for k in 0..<33 {
            let isEarly = k % 5 == 4
            heart.beat(
                at: isEarly ? t - 0.25 : t, waves: isEarly ? SyntheticHeart.wide : SyntheticHeart.narrow,
                scale: isEarly ? scale : 1)
            times.append(isEarly ? t - 0.25 : t)
            t += 0.85
        }
        heart.noise(millivolts: 0.02)
        expectAll(heart, times)
    }

    @Test("A pushed electrode of one lead makes no beats")
    func motion() {
        var heart = SyntheticHeart(leads: 3, seconds: 30)
        let times = heart.rhythm(from: 0.5, to: 29.5, interval: 0.8)
        heart.noise(millivolts: 0.02)
        for (k, start) in stride(from: 4.33, to: 28, by: 3.7).enumerated() {
            heart.set(lead: 1, from: start, to: start + 1.5) { [values = heart.millivolts[1], rate = heart.rate] i in
                let d = Double(i) / rate - start
                let rise = min(1, d / 0.08)
                return values[i] + (k % 2 == 0 ? 2.5 : -2.5) * rise * SyntheticHeart.exponential(-d / 0.4)
            }
        }
        expectAll(heart, times)
    }

    @Test("The very first complex is found where half of it is missing")
    func firstBeat() {
        var heart = SyntheticHeart(leads: 2, seconds: 10)
        let times = heart.rhythm(from: 0.12, to: 9.6, interval: 0.8)
        heart.noise(millivolts: 0.01)
        expectAll(heart, times)
    }
}
