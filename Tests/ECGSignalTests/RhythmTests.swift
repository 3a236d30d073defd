import ECGModel
import ECGSignal
import Testing

@Suite("Rhythm")
struct RhythmTests {
    @Test("A flat but connected signal after beats is asystole; the time since the last beat runs")
    func asystole() {
        var heart = SyntheticHeart(leads: 3, seconds: 24)
        let times = heart.rhythm(from: 0.4, to: 12, interval: 0.8)
        heart.noise(millivolts: 0.01)
        let run = AnalysisRun(heart)
        #expect(run.finds(times, rate: heart.rate))
        #expect((run.measurements.last?.rhythm.timeSinceLastBeat.value ?? 0) > 10_000)
        #expect(run.measurements.contains { $0.rhythm.current == .asystole })
        #expect(run.episodes.contains { $0.rhythm == .asystole })
    }

    @Test("An electrode that falls off is not asystole", arguments: [0.0, 5.0])
    func leadOff(rail: Double) {
        var heart = SyntheticHeart(leads: 2, seconds: 24)
        _ = heart.rhythm(from: 0.4, to: 24, interval: 0.8)
        heart.noise(millivolts: 0.01)
        for lead in 0..<2 { heart.set(lead: lead, from: 12, to: 24) { _ in rail } }
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.timeSinceLastBeat.value < 3000 })
        #expect(run.measurements.allSatisfy { $0.rhythm.current != .asystole && $0.rhythm.current != .pause })
        // The last but one: the very last tells of the recording as a whole, half of which was good.
        let goesOn = run.measurements.dropLast().last
        #expect(goesOn?.quality.allSatisfy { $0.problems.contains(.leadOff) } == true)
        #expect(goesOn?.recordingQuality.verdict == .unusable)
    }

    @Test("With one lead off the others carry on, and their asystole is seen")
    func oneLeadOff() {
        var heart = SyntheticHeart(leads: 2, seconds: 20)
        _ = heart.rhythm(from: 0.4, to: 10, interval: 0.8)
        heart.noise(millivolts: 0.01)
        heart.set(lead: 0, from: 4, to: 20) { _ in 0 }
        let run = AnalysisRun(heart)
        #expect(run.measurements.contains { $0.rhythm.current == .asystole })
        #expect(run.beats.count == 12)
        #expect(run.measurements.last?.recordingQuality.verdict == .doubtful)
    }

    @Test("What is left of a line that goes flat is no heartbeat", arguments: [0.04, 0.08, 0.12])
    func bumps(millivolts: Double) {
        var heart = SyntheticHeart(seconds: 40)
        let times = heart.rhythm(from: 0.4, to: 14, interval: 0.8)
        // Each bump by a quarter smaller than the one before, so that none is much smaller than was usual.
        var (time, size, bump) = (15.0, 0.8, 0)
        while time < 40 {
            let width = 0.02 + 0.01 * Double(bump % 3)
            let wave = SyntheticHeart.Wave(
                delaySeconds: 0, widthSeconds: width, millivolts: bump % 2 == 0 ? size : -size)
            heart.beat(at: time, waves: [wave])
            time += [0.7, 0.9, 0.6, 0.8][bump % 4]
            size = max(millivolts, size * 0.75)
            bump += 1
        }
        heart.noise(millivolts: 0.01)
        let run = AnalysisRun(heart)
        // What the test is about: bumps are taken for beats.
        #expect(run.beats.count > times.count + 8)
        #expect(run.measurements.contains { $0.rhythm.current == .asystole })
    }

    @Test("Beats that have become small are still beats", arguments: [0.2, 0.12, 0.08])
    func smallBeats(scale: Double) {
        var heart = SyntheticHeart(leads: 2, seconds: 40)
        for beat in 0..<49 { heart.beat(at: 0.4 + 0.8 * Double(beat), scale: beat < 18 ? 1 : scale) }
        heart.noise(millivolts: 0.005)
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.timeSinceLastBeat.value < 3000 })
    }

    @Test("Where nothing has looked like a heart for long, silence proves less")
    func silenceBetweenNoise() {
        var loose = SyntheticHeart(leads: 1, seconds: 60)
        for start in stride(from: 2.0, to: 58, by: 8) {
            var noise = SyntheticHeart(leads: 1, seconds: 60)
            noise.noise(millivolts: 0.5, seed: UInt64(start))
            loose.set(lead: 0, from: start, to: start + 3) { noise.millivolts[0][$0] }
        }
        loose.noise(millivolts: 0.02)
        let run = AnalysisRun(loose)
        #expect(run.beats.count > 8)
        #expect(run.measurements.allSatisfy { $0.rhythm.current != .asystole })
    }

    @Test("A pause is the longest interval")
    func pause() {
        var heart = SyntheticHeart(seconds: 20)
        _ = heart.rhythm(from: 0.4, to: 8, interval: 0.8)
        _ = heart.rhythm(from: 11.4, to: 20, interval: 0.8)
        heart.noise(millivolts: 0.01)
        let run = AnalysisRun(heart)
        let longest = run.measurements.last?.rhythm.worst.longestRR?.value ?? 0
        let shortest = run.measurements.last?.rhythm.worst.shortestRR?.value ?? 0
        #expect(abs(longest - 3800) < 30)
        #expect(abs(shortest - 800) < 30)
        #expect(run.measurements.contains { $0.rhythm.current == .pause })
        #expect(!run.measurements.contains { $0.rhythm.current == .asystole })
    }

    @Test("Ventricular flutter and fibrillation are called and last", arguments: [4.5, 5.5, 6.5])
    func fibrillation(hertz: Double) {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        _ = heart.rhythm(from: 0.4, to: 12, interval: 0.8)
        heart.sine(hertz: hertz, millivolts: 0.5, from: 13, to: 30)
        heart.sine(hertz: hertz * 1.13, millivolts: 0.2, from: 13, to: 30)
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.measurements.last?.rhythm.current == .ventricularFibrillation)
        #expect((run.measurements.last?.rhythm.worst.fibrillationDuration.value ?? 0) > 8000)
        #expect(run.measurements.prefix(12).allSatisfy { $0.rhythm.worst.fibrillationDuration.value == 0 })
    }

    @Test("A wide complex that repeats itself fast is tachycardia, not fibrillation", arguments: [0.28, 0.34, 0.42])
    func tachycardia(interval: Double) {
        var heart = SyntheticHeart(leads: 3, seconds: 30)
        _ = heart.rhythm(from: 0.4, to: 12, interval: 0.8)
        _ = heart.rhythm(from: 12.4, to: 30, interval: interval, waves: SyntheticHeart.wide)
        heart.noise(millivolts: 0.02)
        let result = AnalysisRun(heart).measurements.last?.rhythm
        #expect(result?.current == .wideComplexTachycardia)
        #expect(result?.worst.fibrillationDuration.value == 0)
        #expect((result?.worst.wideComplexRunDuration.value ?? 0) > 12_000)
        #expect(abs((result?.worst.wideComplexRunRate?.value ?? 0) - 60 / interval) < 8)
        #expect(result?.worst.sustainedHighRateIsNarrow != true)
    }

    @Test("The peaks of fibrillation are not a supraventricular tachycardia", arguments: [4.0, 4.8])
    func fibrillationIsNoFastRhythm(hertz: Double) {
        var heart = SyntheticHeart(leads: 2, seconds: 40)
        _ = heart.rhythm(from: 0.4, to: 12, interval: 0.8)
        heart.sine(hertz: hertz, millivolts: 0.4, from: 12, to: 40)
        heart.sine(hertz: hertz * 1.17, millivolts: 0.25, from: 12, to: 40)
        heart.sine(hertz: hertz * 0.85, millivolts: 0.25, from: 12, to: 40)
        heart.noise(millivolts: 0.02)
        let result = AnalysisRun(heart).measurements.last?.rhythm
        #expect((result?.worst.sustainedHighRate?.value ?? 0) < 120)
        #expect((result?.worst.fibrillationDuration.value ?? 0) > 15_000)
    }

    @Test("Tall T waves and small QRS complexes are not fibrillation", arguments: [0.45, 0.6, 0.8])
    func tallTWaves(interval: Double) {
        var heart = SyntheticHeart(leads: 12, seconds: 10)
        let waves = [
            SyntheticHeart.Wave(delaySeconds: -0.14, widthSeconds: 0.03, millivolts: 0.2),
            SyntheticHeart.Wave(delaySeconds: 0, widthSeconds: 0.014, millivolts: 0.5),
            SyntheticHeart.Wave(delaySeconds: 0.03, widthSeconds: 0.014, millivolts: -0.4),
            SyntheticHeart.Wave(delaySeconds: 0.2, widthSeconds: 0.06, millivolts: 0.6),
        ]
        _ = heart.rhythm(from: 0.2, to: 10, interval: interval, waves: waves)
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.worst.fibrillationDuration.value == 0 })
        #expect(run.measurements.allSatisfy { $0.rhythm.worst.wideComplexRunBeats == 0 })
    }

    @Test("Noise is not fibrillation and not asystole")
    func noise() {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        heart.noise(millivolts: 2)
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.worst.fibrillationDuration.value == 0 })
        #expect(run.measurements.allSatisfy { $0.rhythm.timeSinceLastBeat.value < 4000 })
    }

    @Test(
        "Rates that last are reported", arguments: [(0.33, Rhythm.tachycardia), (1.7, .bradycardia), (0.85, .regular)])
    func sustained(interval: Double, rhythm: Rhythm) {
        var heart = SyntheticHeart(leads: 2, seconds: 40)
        let times = heart.rhythm(from: 0.4, to: 39.5, interval: interval, waves: Array(SyntheticHeart.narrow[1...3]))
        heart.noise(millivolts: 0.01)
        let run = AnalysisRun(heart)
        #expect(run.beats.count == times.count)
        let result = run.measurements.last?.rhythm
        #expect(abs((result?.worst.sustainedHighRate?.value ?? 0) - 60 / interval) < 2)
        #expect(abs((result?.worst.sustainedLowRate?.value ?? 0) - 60 / interval) < 2)
        #expect(result?.worst.sustainedHighRateIsNarrow == true)
        #expect(result?.current == rhythm)
        #expect((result?.irregularity ?? 1) < 0.05)
    }

    @Test("A run of wide beats is a wide-complex tachycardia")
    func wideRun() {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        _ = heart.rhythm(from: 0.4, to: 15, interval: 0.8)
        _ = heart.rhythm(from: 15.3, to: 20, interval: 0.42, waves: SyntheticHeart.wide)
        _ = heart.rhythm(from: 20.8, to: 30, interval: 0.8)
        heart.noise(millivolts: 0.01)
        let run = AnalysisRun(heart)
        let result = run.measurements.last?.rhythm
        #expect((result?.worst.wideComplexRunBeats ?? 0) >= 8, "\(run.beats.map { ($0.rPeak, $0.beatClass) })")
        #expect(abs((result?.worst.wideComplexRunRate?.value ?? 0) - 60 / 0.42) < 8)
        #expect((result?.worst.wideComplexRunDuration.value ?? 0) > 3000)
    }

    @Test("Intervals that recur are not atrial fibrillation", arguments: [[0.5, 1.1], [0.55, 0.8, 1.05]])
    func grouped(intervals: [Double]) {
        var heart = SyntheticHeart(leads: 2, seconds: 40)
        var t = 0.4
        var beat = 0
        while t < 39.5 {
            heart.beat(at: t)
            t += intervals[beat % intervals.count]
            beat += 1
        }
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.current != .atrialFibrillation })
    }

    @Test("Noise that covers the beats is not asystole")
    func noiseAfterBeats() {
        var heart = SyntheticHeart(leads: 2, seconds: 40)
        _ = heart.rhythm(from: 0.4, to: 12, interval: 0.8)
        heart.noise(millivolts: 0.01)
        var noise = SyntheticHeart(leads: 2, seconds: 40)
        noise.noise(millivolts: 0.6, seed: 5)
        for lead in 0..<2 { heart.set(lead: lead, from: 12, to: 40) { noise.millivolts[lead][$0] } }
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.timeSinceLastBeat.value < 3000 })
        #expect(run.measurements.allSatisfy { ![.asystole, .pause].contains($0.rhythm.current) })
    }

    @Test("Randomly irregular intervals are atrial fibrillation")
    func irregular() {
        var heart = SyntheticHeart(seconds: 40)
        var state: UInt64 = 3
        var t = 0.4
        while t < 39.5 {
            heart.beat(at: t, waves: Array(SyntheticHeart.narrow[1...4]))
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            t += 0.45 + 0.6 * Double(state >> 40) / Double(1 << 24)
        }
        heart.noise(millivolts: 0.02)
        let result = AnalysisRun(heart).measurements.last?.rhythm
        #expect(result?.current == .atrialFibrillation)
        #expect((result?.irregularity ?? 0) > 0.11)
    }
}
