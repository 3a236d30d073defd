import ECGModel
import ECGSignal
import Testing

@Suite("Beats under disturbance")
struct DetectionRobustnessTests {
    @Test("Mains hum neither hides nor makes beats, and is named", arguments: [50.0, 60.0])
    func mains(hertz: Double) {
        var heart = SyntheticHeart(leads: 2, seconds: 15)
        let times = heart.rhythm(from: 0.4, to: 14.3, interval: 0.8)
        heart.noise(millivolts: 0.01)
        heart.sine(hertz: hertz, millivolts: 0.4)
        let run = AnalysisRun(heart)
        #expect(run.finds(times, rate: heart.rate))
        #expect(run.measurements.last?.quality.allSatisfy { $0.problems.contains(.mains) } == true)
    }

    @Test("Baseline wander of 3 mV neither hides nor makes beats")
    func wander() {
        var heart = SyntheticHeart(seconds: 20)
        let times = heart.rhythm(from: 0.4, to: 19.8, interval: 0.75)
        heart.sine(hertz: 0.3, millivolts: 3)
        heart.noise(millivolts: 0.02)
        #expect(AnalysisRun(heart).finds(times, rate: heart.rate))
    }

    @Test("An offset of 300 mV, as dry electrodes have, changes nothing")
    func offset() {
        var heart = SyntheticHeart(seconds: 12)
        let times = heart.rhythm(from: 0.4, to: 11.8, interval: 0.9)
        heart.set(lead: 0, from: 0, to: 12) { [values = heart.millivolts[0]] in values[$0] + 300 }
        heart.noise(millivolts: 0.02)
        #expect(AnalysisRun(heart).finds(times, rate: heart.rate))
    }

    @Test("Amplitude, polarity and gain do not matter", arguments: [0.25, 1.0, 4.0, -1.0])
    func amplitude(scale: Double) {
        var heart = SyntheticHeart(seconds: 12)
        var times: [Double] = []
        for k in 0..<14 {
            times.append(0.4 + 0.8 * Double(k))
            heart.beat(at: 0.4 + 0.8 * Double(k), scale: scale)
        }
        heart.noise(millivolts: 0.005)
        #expect(AnalysisRun(heart).finds(times, rate: heart.rate))
    }

    @Test("One noisy lead out of three does not disturb the others")
    func noisyLead() {
        var heart = SyntheticHeart(leads: 3, seconds: 20)
        let times = heart.rhythm(from: 0.4, to: 19.8, interval: 0.8)
        heart.noise(millivolts: 0.02)
        var state: UInt64 = 7
        heart.set(lead: 1, from: 0, to: 20) { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24) * 3
        }
        let run = AnalysisRun(heart)
        #expect(run.finds(times, rate: heart.rate))
        #expect((run.measurements.last?.quality[1].score ?? 1) < LeadQuality.leastUsableScore)
        #expect(run.measurements.last?.quality[0].isUsable == true)
    }

    @Test("Premature wide beats are ventricular, the others normal")
    func ventricular() {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        var t = 0.4
        var wideAt: [Double] = []
        var beat = 0
        while t < 29.5 {
            beat += 1
            if beat % 7 == 0 {
                heart.beat(at: t - 0.3, waves: SyntheticHeart.wide)
                wideAt.append(t - 0.3)
            } else {
                heart.beat(at: t)
            }
            t += 0.85
        }
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.beats.count == beat)
        let called = run.beats.filter { $0.beatClass == .ventricular }.map { Double($0.rPeak) / heart.rate }
        #expect(called.count == wideAt.count)
        #expect(zip(called, wideAt).allSatisfy { abs($0 - $1) < 0.12 }, "\(called) \(wideAt)")
        #expect(run.measurements.last?.rhythm.ventricularBeatCount == wideAt.count)
    }
}
