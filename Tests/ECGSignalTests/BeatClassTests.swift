import ECGModel
import Testing

@testable import ECGSignal

@Suite("Classes of beats")
struct BeatClassTests {
    @Test("In bigeminy every second beat is ventricular", arguments: [1, 2, 12])
    func bigeminy(leads: Int) {
        var heart = SyntheticHeart(leads: leads, seconds: 40)
        var wideAt: [Double] = []
        var t = 0.4
        while t < 38 {
            heart.beat(at: t)
            if t > 8 {
                heart.beat(at: t + 0.5, waves: SyntheticHeart.wide)
                wideAt.append(t + 0.5)
                t += 1.6
            } else {
                t += 0.85
            }
        }
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        let called = run.beats.filter { $0.beatClass == .ventricular }.map { Double($0.rPeak) / heart.rate }
        #expect(called.count == wideAt.count)
        #expect(zip(called, wideAt).allSatisfy { abs($0 - $1) < 0.12 }, "\(called) \(wideAt)")
    }

    @Test("Wide beats of one shape at an ordinary rate are a block, not ventricular")
    func block() {
        var heart = SyntheticHeart(leads: 2, seconds: 40)
        _ = heart.rhythm(from: 0.4, to: 39, interval: 0.8, waves: SyntheticHeart.wide)
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.beats.count > 40)
        // The first has nothing to be compared with.
        #expect(run.beats.first?.beatClass == .unclassifiable)
        #expect(run.beats.dropFirst().allSatisfy { $0.beatClass == .normal })
    }

    @Test("Early beats of the usual shape are not ventricular")
    func early() {
        var heart = SyntheticHeart(leads: 2, seconds: 60)
        var t = 0.4
        var beat = 0
        while t < 59 {
            heart.beat(at: t)
            beat += 1
            t += beat % 8 == 0 ? 0.5 : 0.85
        }
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.beats.count == beat)
        #expect(run.beats.allSatisfy { $0.beatClass != .ventricular })
    }

    @Test("What the fitting sees of a recording is what the analysis does")
    func recorder() {
        var heart = SyntheticHeart(leads: 2, seconds: 30)
        var t = 0.4
        while t < 29 {
            heart.beat(at: t)
            heart.beat(at: t + 0.55, waves: SyntheticHeart.wide)
            t += 2
        }
        heart.noise(millivolts: 0.05)
        let told = AnalysisRun(heart).beats.map(\.beatClass)
        var recorder = BeatRecorder(channelCount: 2, samplingRate: heart.rate)
        var seen: [BeatClass] = []
        var inputs: Set<Int> = []
        func take(_ beat: BeatRecorder.SeenBeat, _ view: [Float]) {
            seen.append(beat.beatClass)
            inputs.insert(view.count)
        }
        // The samples as the analysis gets them: whole counts.
        let (samples, scale) = (heart.samples, Float(heart.nanovoltsPerCount / 1_000_000))
        for i in 0..<samples.count {
            recorder.push(
                SIMD16(
                    lowHalf: [Float(samples[i, 0]) * scale, Float(samples[i, 1]) * scale, 0, 0, 0, 0, 0, 0],
                    highHalf: .zero), handle: take)
        }
        recorder.finish(handle: take)
        #expect(seen == told)
        #expect(seen.contains(.ventricular))
        #expect(inputs == [BeatRecorder.inputCount])
    }
}
