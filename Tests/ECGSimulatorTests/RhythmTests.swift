import ECGModel
import ECGSimulator
import Testing

/// Rates, irregularity and episodes of the simulated rhythms.
@Suite struct RhythmTests {
    private func probe(_ name: String, seconds: Double = 60) throws -> SignalProbe {
        SignalProbe(try #require(Scenario.named(name)), seed: 8, seconds: seconds)
    }
    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
    private func variation(_ values: [Double]) -> Double {
        let centre = mean(values)
        return mean(values.map { ($0 - centre) * ($0 - centre) }).squareRoot() / centre
    }

    @Test(arguments: [("normal", 68.0), ("bradycardia", 38), ("tachycardia", 128), ("svt", 182), ("paced", 70)])
    func ratesAreKept(name: String, rate: Double) throws {
        let intervals = try probe(name).intervals
        #expect(abs(60 / mean(intervals) - rate) < 0.03 * rate)
        #expect(variation(intervals) < 0.08)
    }

    @Test func fibrillationIsIrregularAndHasNoPWaves() throws {
        let intervals = try probe("afib").intervals
        #expect(variation(intervals) > 0.15)
        #expect(abs(60 / mean(intervals) - 96) < 12)
        #expect(try probe("afib").truth.rhythms.map(\.rhythm) == [.atrialFibrillation])
    }

    @Test func pausesLastThreeSecondsAndMore() throws {
        let result = try probe("pause")
        #expect((result.intervals.max() ?? 0) >= 3)
        #expect(result.truth.rhythms.contains { $0.rhythm == .pause })
    }

    @Test func ectopicBeatsComeEarlyAndAreFollowedByAPause() throws {
        let result = try probe("pvc")
        let beats = result.truth.beats
        let ectopic = beats.indices.dropFirst().dropLast().filter { beats[$0].beatClass == .ventricular }
        #expect(ectopic.count > 8)
        for index in ectopic {
            let before = beats[index].rPeak - beats[index - 1].rPeak
            let after = beats[index + 1].rPeak - beats[index].rPeak
            #expect(Double(before) < 0.75 * Double(after))
        }
    }

    @Test func runsAreEpisodes() throws {
        let result = try probe("vt-runs")
        let runs = result.truth.rhythms.filter { $0.rhythm == .wideComplexTachycardia }
        #expect(runs.count >= 3)
        for run in runs where run.end < result.samples.count {
            let beats = result.truth.beats.filter { (run.start..<run.end).contains($0.rPeak) }
            #expect(beats.count == 6)
            #expect(beats.allSatisfy { $0.beatClass == .ventricular })
        }
    }

    @Test(arguments: Scenario.all)
    func episodesCoverTheRecordingWithoutGaps(scenario: Scenario) {
        let truth = SignalProbe(scenario, seed: 5, seconds: 30).truth
        #expect(truth.rhythms.first?.start == 0)
        #expect(truth.rhythms.last?.end == 15_000)
        for (first, second) in zip(truth.rhythms, truth.rhythms.dropFirst()) {
            #expect(first.end == second.start && first.rhythm != second.rhythm)
        }
        #expect(zip(truth.beats, truth.beats.dropFirst()).allSatisfy { $0.rPeak < $1.rPeak })
    }

    @Test func ventricularFibrillationHasNoBeatsAndTheFieldsBand() throws {
        let result = try probe("vf", seconds: 26)
        #expect(result.truth.rhythms.map(\.rhythm) == [.regular, .ventricularFibrillation])
        #expect(result.truth.rhythms[1].start == 3000)
        #expect(result.truth.beats.allSatisfy { $0.rPeak < 3000 })
        #expect((0.2...1.6).contains(result.peak(.ii, 3500..<13_000)))
        // Upward crossings of zero a second estimate the dominant frequency.
        let crossings = (3500..<13_000).filter { result.millivolts(.ii, $0 - 1) < 0 && result.millivolts(.ii, $0) >= 0 }
        #expect((2.5...9).contains(Double(crossings.count) / 19))
    }

    @Test func asystoleIsAFlatLine() throws {
        let result = try probe("asystole", seconds: 12)
        #expect(result.truth.rhythms.last?.rhythm == .asystole)
        #expect(result.truth.beats.allSatisfy { $0.rPeak < 3000 })
        #expect(result.peak(.ii, 3500..<6000) < 0.2)
    }

    @Test("In a standstill of the ventricles the P waves go on as they were", arguments: [nil, 34.0])
    func standstill(escapeRate: Double?) throws {
        var scenario = try #require(Scenario.named("standstill"))
        scenario.rhythm = .ventricularStandstill(
            atrialRate: 80, escapeRate: escapeRate.map { BeatsPerMinute($0) }, onset: 6)
        let result = SignalProbe.clean(scenario, seed: 8, seconds: 12)
        #expect(
            result.truth.rhythms.map(\.rhythm) == [escapeRate == nil ? .regular : .atrioventricularBlock, .asystole])
        #expect(result.truth.rhythms[1].start == 3000)
        #expect(result.truth.beats.count >= 3 && result.truth.beats.allSatisfy { $0.rPeak < 3000 })
        // The last T wave is over by 3500. At 80/min a P wave comes every 375 samples, and between them is nothing.
        let height = result.peak(.ii, 3500..<5875)
        #expect((0.05...0.25).contains(height))
        for cycle in stride(from: 3500, to: 5500, by: 375) {
            let isWave = (cycle..<cycle + 375).map { abs(result.millivolts(.ii, $0)) > 0.5 * height }
            #expect((10...40).contains(isWave.count { $0 }))
        }
    }

    @Test func completeBlockBeatsSlowly() throws {
        let intervals = try probe("av-block-3").intervals
        #expect(abs(60 / mean(intervals) - 34) < 1)
    }

    @Test func wenckebachDropsOneInFour() throws {
        let result = try probe("av-block-2")
        #expect(abs(Double(result.truth.beats.count) - 60) < 4)
        #expect((result.intervals.max() ?? 0) > 1.1 && (result.intervals.min() ?? 0) < 0.9)
    }

    @Test func twoToOneBlockHalvesTheRate() throws {
        #expect(abs(60 / mean(try probe("av-block-2-to-1").intervals) - 42) < 2)
    }
}
