import ECGModel
import ECGSignal
import Testing

/// ST levels that move within a recording, drawn minute by minute.
@Suite("ST change within a recording")
struct STChangeTests {
    /// The last measurements of a recording whose parts have these ST levels, in millivolts.
    static func measure(_ parts: [(seconds: Double, st: Double)]) -> (changes: [STChange], rate: Double) {
        var heart = DrawnHeart()
        heart.leads = [.ii, .v2, .v5]
        var analyzer = RecordingAnalyzer(channels: heart.channels, samplingRate: Hertz(heart.rate))
        for part in parts {
            heart.seconds = part.seconds
            heart.st = { $0 == 1 ? part.st : 0 }
            analyzer.process(heart.samples()) { _ in }
        }
        analyzer.finish { _ in }
        return (analyzer.measurements.stChanges, heart.rate)
    }

    @Test("An elevation of a minute is an episode of its lead, with its size and its ends")
    func elevation() throws {
        let (changes, rate) = Self.measure([(60, 0), (60, 0.2), (60, 0)])
        let episode = try #require(changes[1].episode)
        #expect(changes[1].episodeCount == 1)
        #expect(abs(Double(episode.start) / rate - 60) < 15)
        #expect(abs(Double(try #require(episode.end)) / rate - 120) < 15)
        #expect(abs(episode.peakDeviation.value - 0.2) < 0.02)
        #expect(episode.peakSample > episode.start && episode.peakSample < Int(130 * rate))
        #expect(changes[0].episode == nil && changes[2].episode == nil)
    }

    @Test("A depression that goes on has no end yet")
    func depression() throws {
        let (changes, _) = Self.measure([(60, 0), (60, -0.15)])
        let episode = try #require(changes[1].episode)
        #expect(episode.end == nil)
        #expect(abs(episode.peakDeviation.value + 0.15) < 0.02)
        #expect(abs(try #require(changes[1].deviation).value + 0.15) < 0.02)
    }

    @Test("What is short, or small, is none", arguments: [(10.0, 0.2), (60.0, 0.07)])
    func noEpisode(seconds: Double, st: Double) {
        let (changes, _) = Self.measure([(60, 0), (seconds, st), (60, 0)])
        #expect(changes[1].episodeCount == 0)
    }

    @Test("A deviation that was there from the start is told once it has ended, and its end is no episode")
    func resolving() throws {
        let (changes, rate) = Self.measure([(45, 0.3), (180, 0)])
        let episode = try #require(changes[1].episode)
        #expect(changes[1].episodeCount == 1)
        #expect(episode.start == 0)
        #expect(Double(try #require(episode.end)) / rate < 120)
        #expect(episode.peakDeviation.value > 0)
    }
}
