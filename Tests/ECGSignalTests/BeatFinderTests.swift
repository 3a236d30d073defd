import ECGModel
import ECGSignal
import Testing

@Suite("Beat finder")
struct BeatFinderTests {
    /// Narrow and wide beats, early ones among them.
    private static func heart(rate: Double, leads: Int) -> SyntheticHeart {
        var heart = SyntheticHeart(rate: rate, leads: leads, seconds: 24)
        _ = heart.rhythm(from: 0.3, to: 10, interval: 0.8)
        heart.beat(at: 10.2, waves: SyntheticHeart.wide)
        _ = heart.rhythm(from: 11.3, to: 16, interval: 0.55)
        _ = heart.rhythm(from: 16.5, to: 23.5, interval: 0.7, waves: SyntheticHeart.wide)
        heart.noise(millivolts: 0.03)
        return heart
    }

    /// The R peaks, and for each how many samples had been given when it was told.
    private static func peaks(
        _ samples: Samples, _ heart: SyntheticHeart, block: Int
    ) -> (peaks: [SampleIndex], toldAt: [Int]) {
        var finder = BeatFinder(channels: heart.channels, samplingRate: Hertz(heart.rate))
        var peaks: [SampleIndex] = []
        var toldAt: [Int] = []
        for start in stride(from: 0, to: samples.count, by: block) {
            let end = min(samples.count, start + block)
            finder.process(samples[start..<end]) {
                peaks.append($0)
                toldAt.append(end)
            }
        }
        finder.finish {
            peaks.append($0)
            toldAt.append(samples.count)
        }
        return (peaks, toldAt)
    }

    @Test("The R peaks are the analyser's, for any split into blocks", arguments: [1, 7, 250, 100_000])
    func same(block: Int) {
        let heart = Self.heart(rate: 250, leads: 3)
        var samples = heart.samples
        for i in 2000..<2100 { samples[i, 1] = Samples.missing }
        let run = AnalysisRun(samples, channels: heart.channels, rate: heart.rate)
        #expect(Self.peaks(samples, heart, block: block).peaks == run.beats.map(\.rPeak))
        #expect(run.beats.count > 25)
    }

    @Test(
        "A beat is told at most a second after its R peak, at any sampling rate",
        arguments: [100.0, 128, 187, 188, 200, 250, 300, 360, 500, 977, 1000])
    func delay(rate: Double) {
        let heart = Self.heart(rate: rate, leads: 2)
        let (peaks, toldAt) = Self.peaks(heart.samples, heart, block: 1)
        #expect(peaks.count > 25)
        for (peak, told) in zip(peaks, toldAt) {
            #expect(Double(told - peak) <= rate, "\(Double(told - peak) / rate) s after \(Double(peak) / rate) s")
        }
    }
}
