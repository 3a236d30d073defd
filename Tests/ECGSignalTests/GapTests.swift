import ECGModel
import ECGSignal
import ECGSimulator
import Testing

/// Seconds of which no lead has samples, as an outage or a torn cable leaves them: nobody knows what the heart did then.
@Suite("A gap in the recording")
struct GapTests {
    private static let rate = 500.0
    private static let seconds = 60
    private static let seeds: ClosedRange<UInt64> = 1...4

    private func run(
        _ rhythm: HeartRhythm, seed: UInt64, missing: Range<Double>? = nil, isMarked: Bool = true
    ) -> (run: AnalysisRun, truth: SimulationTruth) {
        let scenario = Scenario(name: "gap", title: "", ageYears: 60, rhythm: rhythm)
        var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: Hertz(Self.rate))
        var samples = simulation.next(Self.seconds * Int(Self.rate))
        if let missing { cut(missing, from: &samples, rate: Self.rate, isMarked: isMarked) }
        let run = AnalysisRun(samples, channels: simulation.channels, rate: Self.rate)
        return (run, simulation.truth)
    }

    private func cut(_ missing: Range<Double>, from samples: inout Samples, rate: Double, isMarked: Bool = true) {
        let first = Int(missing.lowerBound * rate)
        for i in first..<Int(missing.upperBound * rate) {
            for channel in 0..<samples.channelCount {
                samples[i, channel] = isMarked ? Samples.missing : samples[first - 1, channel]
            }
        }
    }

    @Test(
        "It is no RR interval: QTc at the end is what it is without it", arguments: [45.0, 68, 100, 130],
        [10.0..<20, 10.0..<50, 5.3..<45.1, 20.0..<50])
    func correctedQT(perMinute: Double, missing: Range<Double>) throws {
        for seed in Self.seeds {
            let rhythm = HeartRhythm.sinus(rate: BeatsPerMinute(perMinute))
            let whole = run(rhythm, seed: seed).run.measurements.last?.intervals.qtcBazett
            let cut = run(rhythm, seed: seed, missing: missing).run.measurements.last?.intervals.qtcBazett
            let difference = try #require(cut).value - (try #require(whole).value)
            #expect(abs(difference) <= 15, "seed \(seed)")
        }
    }

    @Test("A QT interval above 550 ms by Bazett stays so", arguments: [10.0..<50, 20.0..<30, 30.0..<55])
    func longQT(missing: Range<Double>) throws {
        var heart = DrawnHeart()
        heart.seconds = 60
        heart.tStart = { _ in 0.28 }
        heart.tEnd = { _ in 0.475 }
        var samples = heart.samples()
        cut(missing, from: &samples, rate: heart.rate)
        let run = AnalysisRun(samples, channels: heart.channels, rate: heart.rate)
        let qtc = try #require(run.measurements.last?.intervals.qtcBazett)
        #expect(qtc.value > 550)
    }

    @Test("RR intervals of more than three seconds that were seen count", arguments: [14.0, 17])
    func longIntervals(perMinute: Double) throws {
        for seed in Self.seeds {
            let measurements = run(.sinus(rate: BeatsPerMinute(perMinute)), seed: seed).run.measurements.last
            let intervals = try #require(measurements?.intervals)
            let root = try #require(intervals.qt).value / (try #require(intervals.qtcBazett).value)
            #expect(abs(60 / (root * root) / perMinute - 1) < 0.15, "seed \(seed)")
        }
    }

    @Test(
        "It is neither pause nor asystole nor a lower rate", arguments: [24.0, 30, 38, 68, 130], [3.0, 4.1, 7.5, 25])
    func rhythm(perMinute: Double, length: Double) {
        for seed in Self.seeds {
            let start = 18 + Double(seed) * 0.37
            let run = run(.sinus(rate: BeatsPerMinute(perMinute)), seed: seed, missing: start..<start + length).run
            for (second, measurements) in run.measurements.enumerated() {
                let rhythm = measurements.rhythm
                let place: Comment = "seed \(seed), second \(second + 1)"
                #expect(rhythm.current != .asystole && rhythm.current != .pause, place)
                #expect(rhythm.timeSinceLastBeat.value < 3000, place)
                #expect((rhythm.worst.longestRR?.value ?? 0) < 3000, place)
                if let rate = measurements.intervals.heartRate { #expect(rate.value > 0.75 * perMinute, place) }
            }
        }
    }

    @Test("A heart that stands still is told over a line that loses seconds", arguments: [4.0, 5.0])
    func asystole(between: Double) {
        var heart = SyntheticHeart(leads: 3, seconds: 40)
        _ = heart.rhythm(from: 0.4, to: 16, interval: 0.8)
        heart.noise(millivolts: 0.01)
        var samples = heart.samples
        for start in stride(from: 10.2, to: 39, by: between) {
            cut(start..<start + 0.6, from: &samples, rate: heart.rate)
        }
        let run = AnalysisRun(samples, channels: heart.channels, rate: heart.rate)
        let told = run.measurements.firstIndex { $0.rhythm.current == .asystole }
        #expect(told.map { $0 >= 19 } == true, "told at second \(told.map { $0 + 1 } ?? -1)")
    }

    /// A device that does not say that samples are missing holds the last ones.
    @Test(
        "The beats after it are found and told as those before it", arguments: [30.0, 68, 130],
        [(4.0, true), (25, true), (25, false)])
    func beats(perMinute: Double, gap: (length: Double, isMarked: Bool)) {
        for seed in Self.seeds {
            let start = 18 + Double(seed) * 0.37
            let (run, truth) = run(
                .sinus(rate: BeatsPerMinute(perMinute)), seed: seed, missing: start..<start + gap.length,
                isMarked: gap.isMarked)
            // At first the filters ring with the step from the level that was held in the gap.
            let from = Int((start + gap.length + 1.2) * Self.rate)
            let found = run.beats.filter { $0.rPeak > from }
            #expect(found.count == truth.beats.count { $0.rPeak > from }, "seed \(seed)")
            #expect(found.allSatisfy { $0.beatClass == .normal }, "seed \(seed)")
        }
    }

    @Test("A complex that is lost between two blocks makes no pause of a slow heart")
    func lostComplex() throws {
        for seed in Self.seeds {
            let (whole, truth) = run(.sinus(rate: 28), seed: seed)
            let lost = Double(try #require(truth.beats.first { $0.rPeak > 10_000 }).rPeak) / Self.rate
            let cut = run(.sinus(rate: 28), seed: seed, missing: lost - 0.15..<lost + 0.2).run
            let longest = try #require(whole.measurements.last?.rhythm.worst.longestRR)
            #expect(try #require(cut.measurements.last?.rhythm.worst.longestRR) <= longest, "seed \(seed)")
        }
    }
}
