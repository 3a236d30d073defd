import ECGModel
import ECGSignal
import ECGSimulator
import Testing

@Suite("Averaged beat")
struct AveragedBeatTests {
    struct Outcome {
        var measurements: Measurements
        var beats: [Beat]
    }

    static func analyze(_ heart: DrawnHeart) -> Outcome {
        var analyzer = RecordingAnalyzer(channels: heart.channels, samplingRate: Hertz(heart.rate))
        var beats: [Beat] = []
        func take(_ event: AnalysisEvent) {
            if case .beat(let beat) = event { beats.append(beat) }
        }
        analyzer.process(heart.samples(), handle: take)
        analyzer.finish(handle: take)
        return Outcome(measurements: analyzer.measurements, beats: beats)
    }

    @Test("QRS onset and J point lie where they were drawn, at any rate", arguments: [100.0, 250, 360, 500, 1000])
    func boundaries(rate: Double) throws {
        var heart = DrawnHeart()
        heart.rate = rate
        let outcome = Self.analyze(heart)
        // The marks are calibrated to hand-set ones on real complexes, which begin slowly: on the sharp corners of a
        // triangle they lie outside by the reach of the smoothing and that calibration.
        let allowance = 0.021
        let marked = outcome.beats.filter { $0.qrsOnset != nil && $0.jPoint != nil }
        #expect(marked.count >= 22)
        var worst = (onset: 0.0, jPoint: 0.0)
        for beat in marked {
            let nearest = try #require(
                heart.peaks.min { abs($0 * rate - Double(beat.rPeak)) < abs($1 * rate - Double(beat.rPeak)) })
            let onset = Double(try #require(beat.qrsOnset)) / rate - nearest
            let jPoint = Double(try #require(beat.jPoint)) / rate - nearest
            worst.onset = max(worst.onset, abs(onset - heart.onset))
            worst.jPoint = max(worst.jPoint, abs(jPoint - heart.jPoint))
        }
        #expect(worst.onset <= allowance)
        #expect(worst.jPoint <= allowance)
    }

    @Test("Late forces after a moment's rest belong to the complex", arguments: [0.006, 0.010, 0.014])
    func lateForces(rest: Double) throws {
        var heart = DrawnHeart()
        // A bell in the place of the T wave, a seventh as steep as the R wave.
        let start = heart.jPoint + rest
        heart.tStart = { _ in start }
        heart.tEnd = { _ in start + 0.040 }
        heart.t = { _ in 0.08 }
        let qrs = try #require(Self.analyze(heart).measurements.intervals.qrs)
        let drawn = start + 0.040 - heart.onset
        #expect((qrs.value / 1000 - drawn).magnitude < 0.025, "\(qrs)")
    }

    @Test("ST levels are the drawn ones", arguments: [250.0, 500, 1000])
    func stLevels(rate: Double) throws {
        var heart = DrawnHeart()
        heart.rate = rate
        heart.st = { lead in [0.0, 0.1, 0.2, -0.1, -0.2, 0.3][lead % 6] }
        let measurements = Self.analyze(heart).measurements
        for (index, waves) in measurements.waves.enumerated() {
            for level in [waves.st40, waves.st60, waves.st80] {
                #expect(abs(try #require(level).value - heart.st(index)) < 0.015)
            }
            #expect(abs(try #require(waves.stSlopeMillivoltsPerSecond)) < 1)
        }
    }

    static let disturbances: [(name: String, level: @Sendable (Double) -> Double, allowance: Double)] = [
        ("0.5 mV of 50 Hz", { 0.25 * wave(50.02 * $0) }, 0.010),
        ("0.5 mV of 60 Hz", { 0.25 * wave(59.97 * $0) }, 0.010),
        ("1 mV of wander at 0.3 Hz", { 0.5 * wave(0.3 * $0) }, 0.025),
        ("0.3 mV/s of drift", { 0.3 * $0 }, 0.010),
    ]

    @Test("A disturbance hardly moves the ST level", arguments: disturbances.indices)
    func disturbedST(index: Int) throws {
        let disturbance = Self.disturbances[index]
        var heart = DrawnHeart()
        heart.st = { $0 < 6 ? 0.1 : -0.05 }
        let calm = Self.analyze(heart).measurements
        heart.disturbance = disturbance.level
        let disturbed = Self.analyze(heart).measurements
        for lead in heart.leads {
            let before = try #require(calm[lead]?.st60)
            let after = try #require(disturbed[lead]?.st60)
            #expect(
                (after - before).magnitude.value <= disturbance.allowance, "\(disturbance.name), \(lead): \(after)")
        }
    }

    @Test("Breathing keeps no beat of a small complex out of the average", arguments: [0.0, 0.25, 0.5, 0.75])
    func breathingSmall(turns: Double) {
        var heart = DrawnHeart()
        heart.r = { _ in 0.5 }
        heart.s = { _ in -0.25 }
        heart.seconds = 10
        let calm = Self.analyze(heart).measurements
        heart.disturbance = { wave(0.3 * $0 + turns) }
        #expect(Self.analyze(heart).measurements.averagedBeatCount == calm.averagedBeatCount)
    }

    @Test(
        "Breathing hardly moves the ST level, however slow the heart", arguments: [0.7, 0.8, 1.0, 1.2],
        [0.0, 0.2, 0.4, 0.6, 0.8])
    func breathing(interval: Double, turns: Double) throws {
        var heart = DrawnHeart()
        heart.interval = interval
        heart.seconds = 10
        let calm = Self.analyze(heart).measurements
        heart.disturbance = { wave(0.3 * $0 + turns) }
        let disturbed = Self.analyze(heart).measurements
        for lead in heart.leads {
            let before = try #require(calm[lead]?.st60)
            let after = try #require(disturbed[lead]?.st60)
            #expect((after - before).magnitude.value <= 0.025, "\(lead): \(after)")
        }
    }

    @Test(
        "A beat that the end cuts off tells where the baseline of the one before went", arguments: [2.85, 3.1, 3.3],
        [0.0, 0.25, 0.5, 0.75])
    func cutOff(seconds: Double, turns: Double) throws {
        var heart = DrawnHeart()
        heart.seconds = seconds
        let calm = Self.analyze(heart).measurements
        heart.disturbance = { 0.5 * wave(0.3 * $0 + turns) }
        let disturbed = Self.analyze(heart).measurements
        #expect(disturbed.averagedBeatCount == 3)
        for lead in heart.leads {
            let before = try #require(calm[lead]?.st60)
            let after = try #require(disturbed[lead]?.st60)
            #expect((after - before).magnitude.value <= 0.010, "\(lead): \(after)")
        }
    }

    @Test("Waves and intervals are the drawn ones")
    func wavesAndIntervals() throws {
        let heart = DrawnHeart()
        let measurements = Self.analyze(heart).measurements
        let qrs = try #require(measurements.intervals.qrs).value
        #expect(abs(qrs - (heart.jPoint - heart.onset) * 1000) <= 24)
        let pr = try #require(measurements.intervals.pr).value
        #expect(abs(pr - (heart.onset - DrawnHeart.pOnset) * 1000) <= 20)
        let qt = try #require(measurements.intervals.qt).value
        #expect(abs(qt - (DrawnHeart.tEnd - heart.onset) * 1000) <= 40)
        let bazett = try #require(measurements.intervals.qtcBazett).value
        #expect(abs(bazett - qt / 0.8.squareRoot()) < 2)
        for (index, waves) in measurements.waves.enumerated() {
            #expect(abs(try #require(waves.r).value - heart.r(index)) < 0.1)
            #expect(abs(try #require(waves.s).value - heart.s(index)) < 0.08)
            #expect(try #require(waves.q) == 0)
            #expect(abs(try #require(waves.p).value - 0.12) < 0.02)
            #expect(abs(try #require(waves.t).value - 0.25) < 0.02)
        }
    }

    @Test("An ST segment that rises is followed within ten beats")
    func risingST() throws {
        var heart = DrawnHeart()
        heart.seconds = 40
        var risen = heart
        risen.st = { _ in 0.3 }
        var samples = heart.samples()
        samples.append(risen.samples())
        var analyzer = RecordingAnalyzer(channels: heart.channels, samplingRate: Hertz(heart.rate))
        let change = Int(heart.seconds * heart.rate)
        let tenBeats = Int(10 * heart.interval * heart.rate)
        analyzer.process(samples[0..<change + tenBeats + Int(heart.rate)]) { _ in }
        let level = try #require(analyzer.measurements[.v2]?.st60).value
        #expect(level > 0.15)
        analyzer.process(samples[change + tenBeats + Int(heart.rate)..<samples.count]) { _ in }
        #expect(abs(try #require(analyzer.measurements[.v2]?.st60).value - 0.3) < 0.02)
    }

    /// Simulated patients, since the judge compares the limb leads with what the chest leads of a heart let expect.
    @Test(
        "Arm electrodes exchanged are noticed, and nothing where they are not", arguments: 1...8 as ClosedRange<UInt64>)
    func reversal(seed: UInt64) {
        for (scenario, expected) in [("normal", nil), ("arm-reversal", RecordingQuality.LimbReversal.armElectrodes)] {
            guard let scenario = Scenario.named(scenario) else { preconditionFailure("the catalogue has \(scenario)") }
            var simulation = Simulation(scenario: scenario, seed: seed, recordsTruth: false)
            var analyzer = RecordingAnalyzer(channels: simulation.channels, samplingRate: simulation.samplingRate)
            analyzer.process(simulation.next(5000)) { _ in }
            analyzer.finish { _ in }
            #expect(analyzer.measurements.recordingQuality.limbReversal == expected)
        }
    }

    @Test("A single lead is measured too")
    func oneLead() throws {
        var heart = DrawnHeart()
        heart.leads = [.ii]
        let outcome = Self.analyze(heart)
        #expect(outcome.measurements.averagedBeatCount > 15)
        #expect(outcome.measurements.intervals.qrs != nil)
        #expect(outcome.measurements.recordingQuality.limbReversal == nil)
    }

    @Test("Left and right bundle-branch block are told apart")
    func blocks() throws {
        var heart = DrawnHeart()
        heart.onset = -0.060
        heart.jPoint = 0.095
        heart.interval = 1
        let leads = heart.leads
        // Left block: V1 and V2 all but negative, I and V6 one broad R.
        heart.r = { [.v1, .v2, .aVR].contains(leads[$0]) ? 0 : 1 }
        heart.s = { [.v1, .v2, .aVR].contains(leads[$0]) ? -1.2 : 0 }
        let measured = Self.analyze(heart).measurements
        let left = measured.conduction
        #expect(
            left.isLeftBundleBranchBlock && !left.isRightBundleBranchBlock,
            "\(measured.intervals) \(measured.waves)")
        // Right block: the end of the complex up in V1, down in I and V6.
        heart.r = { [.v1, .v2, .aVR].contains(leads[$0]) ? 0.9 : 0.9 }
        heart.s = { [.v1, .v2, .aVR].contains(leads[$0]) ? 0.5 : -0.5 }
        let right = Self.analyze(heart).measurements.conduction
        #expect(right.isRightBundleBranchBlock && !right.isLeftBundleBranchBlock)
        #expect(Self.analyze(DrawnHeart()).measurements.conduction == Conduction())
    }
}
