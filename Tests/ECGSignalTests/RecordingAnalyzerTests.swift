import ECGModel
import ECGSignal
import Testing

@Suite("Recording analyzer: the stream")
struct RecordingAnalyzerTests {
    /// A minute-like stretch with everything in it that could depend on where blocks end.
    private static func eventful() -> SyntheticHeart {
        var heart = SyntheticHeart(rate: 250, leads: 3, seconds: 24)
        _ = heart.rhythm(from: 0.3, to: 10, interval: 0.8)
        heart.beat(at: 10.25, waves: SyntheticHeart.wide)
        _ = heart.rhythm(from: 11.3, to: 15, interval: 0.55)
        heart.sine(hertz: 4.5, millivolts: 0.8, from: 16, to: 24)
        heart.sine(hertz: 50, millivolts: 0.05)
        heart.noise(millivolts: 0.03)
        return heart
    }

    @Test("Any split into blocks gives the same events, bit for bit", arguments: [1, 7, 250, 1000, 100_000])
    func splits(block: Int) {
        let heart = Self.eventful()
        var samples = heart.samples
        for i in 2000..<2100 { samples[i, 1] = Samples.missing }
        let reference = AnalysisRun(samples, channels: heart.channels, rate: heart.rate, block: 333)
        let run = AnalysisRun(samples, channels: heart.channels, rate: heart.rate, block: block)
        #expect(run.beats == reference.beats)
        #expect(run.episodes == reference.episodes)
        #expect(run.measurements == reference.measurements)
        #expect(reference.beats.count > 15)
    }

    @Test("Measurements come every second of signal and once at the end")
    func measurementPositions() {
        let heart = Self.eventful()
        let run = AnalysisRun(heart)
        #expect(run.measurements.dropLast().map(\.sampleCount) == (1...24).map { $0 * 250 })
        #expect(run.measurements.map(\.isFinal) == Array(repeating: false, count: 24) + [true])
        #expect(run.measurements.last?.rhythm.beatCount == run.beats.count)
    }

    @Test("Beats are found from the first second on, in order, and told within a second", arguments: [1, 2, 8, 12])
    func firstSecond(leads: Int) {
        var heart = SyntheticHeart(leads: leads, seconds: 10)
        let times = heart.rhythm(from: 0.25, to: 9.9, interval: 0.8)
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart, block: 1)
        #expect(run.finds(times, rate: heart.rate), "\(run.beats.map { Double($0.rPeak) / 500 })")
        for (beat, told) in zip(run.beats, run.toldAt) { #expect(told - beat.rPeak <= 500) }
    }

    @Test(
        "Every rate and number of leads that is accepted is analysed",
        arguments: [(100.0, 1), (128, 2), (187, 3), (200, 2), (250, 1), (360, 2), (500, 12), (977, 5), (1000, 16)])
    func rates(rate: Double, leads: Int) {
        var heart = SyntheticHeart(rate: rate, leads: leads, seconds: 12)
        let times = heart.rhythm(from: 0.4, to: 11.8, interval: 0.7)
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.finds(times, rate: rate), "\(run.beats.map { Double($0.rPeak) / rate })")
        let heartRate = run.measurements.last?.intervals.heartRate?.value ?? 0
        #expect(abs(heartRate - 60 / 0.7) < 1)
    }

    @Test("Missing samples neither stop the analysis nor make beats")
    func missing() {
        var heart = SyntheticHeart(leads: 2, seconds: 12)
        let times = heart.rhythm(from: 0.4, to: 11.8, interval: 0.8)
        heart.noise(millivolts: 0.02)
        var samples = heart.samples
        for i in 0..<samples.count { samples[i, 1] = Samples.missing }
        for i in 2730..<2760 { samples[i, 0] = Samples.missing }
        let run = AnalysisRun(samples, channels: heart.channels, rate: heart.rate)
        #expect(run.finds(times, rate: heart.rate))
        #expect(run.measurements.last?.quality[1].problems.contains(.leadOff) == true)
        #expect(run.measurements.last?.quality[0].problems == [])
    }

    @Test("The converter's extremes at every gain leave all numbers finite", arguments: [1.0, 2500, 1_000_000])
    func extremes(nanovolts: Double) {
        let channels = [
            Channel(lead: .ii, nanovoltsPerCount: nanovolts, baseline: Int32.min + 1),
            Channel(lead: .v1, nanovoltsPerCount: nanovolts, baseline: Int32.max),
        ]
        var samples = Samples(channelCount: 2)
        let values: [Int32] = [Int32.max, Int32.min + 1, 0, Samples.missing, 1, -1]
        for i in 0..<5000 { samples.counts += [values[i % 6], values[(i / 37) % 6]] }
        let run = AnalysisRun(samples, channels: channels, rate: 500)
        for m in run.measurements {
            #expect(m.quality.allSatisfy { $0.score >= 0 && $0.score <= 1 })
            #expect(m.rhythm.timeSinceLastBeat.value.isFinite)
            #expect(m.waves.allSatisfy { ($0.stJ?.value ?? 0).isFinite && ($0.t?.value ?? 0).isFinite })
        }
        #expect(run.measurements.count == 11)
    }

    @Test("A recording of no samples, of one, and of less than a second ends with final measurements")
    func short() {
        for count in [0, 1, 200] {
            var heart = SyntheticHeart(seconds: 1)
            heart.beat(at: 0.2)
            let run = AnalysisRun(heart.samples[0..<count], channels: heart.channels, rate: 500)
            #expect(run.measurements.map(\.isFinal) == [true])
            #expect(run.measurements.last?.sampleCount == count)
        }
    }
}
