import ECGModel
import ECGSignal
import Testing

/// Everything a recording's analysis told.
struct AnalysisRun {
    var beats: [Beat] = []
    var episodes: [RhythmEpisode] = []
    var measurements: [Measurements] = []
    /// For each beat, how many samples had been given when it was told.
    var toldAt: [Int] = []

    /// - Parameter block: the samples a call takes.
    init(_ samples: Samples, channels: [Channel], rate: Double, block: Int = 250, finish: Bool = true) {
        var analyzer = RecordingAnalyzer(channels: channels, samplingRate: Hertz(rate))
        var start = 0
        while start < samples.count {
            let end = min(samples.count, start + block)
            analyzer.process(samples[start..<end]) { take($0, end) }
            start = end
        }
        if finish { analyzer.finish { take($0, samples.count) } }
        // What is said of all measurements would hold of none.
        let isSilent = finish && measurements.isEmpty
        #expect(!isSilent, "an analysis measures something")
    }

    init(_ heart: SyntheticHeart, block: Int = 250) {
        self.init(heart.samples, channels: heart.channels, rate: heart.rate, block: block)
    }

    private mutating func take(_ event: AnalysisEvent, _ given: Int) {
        switch event {
        case .beat(let beat):
            beats.append(beat)
            toldAt.append(given)
        case .rhythm(let episode): episodes.append(episode)
        case .measured(let values): measurements.append(values)
        }
    }

    /// Whether the beats are those at the times, each within 40 ms.
    func finds(_ times: [Double], rate: Double) -> Bool {
        beats.count == times.count
            && zip(beats, times).allSatisfy { abs(Double($0.rPeak) / rate - $1) <= 0.04 }
    }
}
