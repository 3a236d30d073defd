import ECGModel
import ECGSignal
import Testing

@Suite("Atrial fibrillation")
struct AtrialFibrillationTests {
    /// Intervals drawn evenly from a range, in seconds.
    private struct Irregular {
        var state: UInt64 = 3

        mutating func next(_ range: ClosedRange<Double>) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + (range.upperBound - range.lowerBound) * Double(state >> 40) / Double(1 << 24)
        }
    }

    private static let withoutP = Array(SyntheticHeart.narrow[1...4])

    private func fibrillation(of run: AnalysisRun, rate: Double) -> [ClosedRange<Double>] {
        run.episodes.filter { $0.rhythm == .atrialFibrillation }
            .map { Double($0.start) / rate...Double($0.end) / rate }
    }

    @Test(
        "A short episode is told from its start to its end, slow or fast",
        arguments: [(0.34...0.56, 20.0), (0.45...1.2, 34)])
    func episode(intervals: ClosedRange<Double>, seconds: Double) throws {
        var heart = SyntheticHeart(leads: 2, seconds: 90)
        _ = heart.rhythm(from: 0.4, to: 30, interval: 0.8)
        var irregular = Irregular()
        var t = 30.0
        while t < 30 + seconds {
            heart.beat(at: t, waves: Self.withoutP)
            t += irregular.next(intervals)
        }
        _ = heart.rhythm(from: t + 0.3, to: 89.5, interval: 0.8)
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        let told = fibrillation(of: run, rate: heart.rate)
        let episode = try #require(told.first)
        #expect(told.count == 1)
        #expect(abs(episode.lowerBound - 30) < 2, "\(episode)")
        #expect(abs(episode.upperBound - t) < 3, "\(episode)")
    }

    @Test("Episodes follow each other without a gap, from the recording's start to its end")
    func episodesJoin() {
        var heart = SyntheticHeart(leads: 2, seconds: 70)
        var irregular = Irregular()
        var t = 0.4
        while t < 30 {
            heart.beat(at: t, waves: Self.withoutP)
            t += irregular.next(0.35...0.75)
        }
        _ = heart.rhythm(from: t, to: 50, interval: 0.8)
        _ = heart.rhythm(from: 50, to: 69.5, interval: 0.5)
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect((fibrillation(of: run, rate: heart.rate).first?.lowerBound ?? 70) < 3)
        #expect(run.episodes.first?.start == 0)
        #expect(zip(run.episodes, run.episodes.dropFirst()).allSatisfy { $0.end == $1.start })
        #expect(run.episodes.last?.rhythm == .tachycardia)
        #expect(run.episodes.last?.end == heart.samples.count)
    }

    @Test("Clean beats are not noise before their rate is known")
    func firstSeconds() {
        var heart = SyntheticHeart(leads: 12, seconds: 10)
        _ = heart.rhythm(from: 0.9, to: 9.5, interval: 0.9)
        heart.noise(millivolts: 0.01)
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.current != .noise })
        #expect(run.episodes.map(\.rhythm) == [.regular])
        #expect(run.episodes.first?.start == 0)
    }

    @Test("Ventricular beats among those of fibrillation do not end it")
    func ventricularBeats() throws {
        var heart = SyntheticHeart(leads: 2, seconds: 80)
        var irregular = Irregular()
        var t = 0.4
        var beat = 0
        while t < 79.5 {
            let isEctopic = (35...52).contains(t) && beat % 2 == 0
            heart.beat(at: t, waves: isEctopic ? SyntheticHeart.wide : Self.withoutP)
            t += irregular.next(0.35...1.3)
            beat += 1
        }
        heart.noise(millivolts: 0.02)
        let run = AnalysisRun(heart)
        #expect(run.beats.contains { $0.beatClass == .ventricular })
        #expect(fibrillation(of: run, rate: heart.rate).count == 1)
        #expect(run.measurements.dropFirst(30).allSatisfy { $0.rhythm.current == .atrialFibrillation })
    }
}
