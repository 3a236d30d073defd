import ECGModel
import Testing

@testable import ECGSignal

@Suite("Averaged beat of misplaced R peaks")
struct MisplacedPeakTests {
    @Test("ST levels hold where a T wave is larger than the R wave", arguments: [0.9, 1.4])
    func tallTWave(t: Double) throws {
        var heart = DrawnHeart()
        heart.r = { _ in 0.5 }
        heart.s = { _ in -0.2 }
        heart.t = { _ in t }
        heart.st = { _ in 0.1 }
        // Hum makes the search for the R peak stray.
        heart.disturbance = { 0.1 * wave(59.97 * $0) }
        let measurements = AveragedBeatTests.analyze(heart).measurements
        for waves in measurements.waves {
            #expect(abs(try #require(waves.st40).value - 0.1) < 0.03)
            #expect(abs(try #require(waves.st80).value - 0.1) < 0.03)
        }
    }

    /// A detector may find a complex at its R wave and once more at a dome behind it.
    @Test("a complex that is found twice, at any two places, counts once", arguments: 0..<24)
    func foundTwice(number: Int) throws {
        let heart = DrawnHeart()
        let samples = heart.samples()
        let rate = Hertz(heart.rate)
        var ring = SampleRing(capacity: samples.count)
        for index in 0..<samples.count {
            var instant = SIMD16<Float>.zero
            for channel in heart.leads.indices { instant[channel] = Float(samples[index, channel]) / 1000 }
            ring.append(instant)
        }
        var averager = BeatAverager(leads: heart.leads, samplingRate: rate)
        var measurements = Measurements(leads: heart.leads, samplingRate: rate)
        // From 60 ms before the R peak to as long after it, and from there up to 127 ms after it: as near as the detector puts
        // two beats, and as far as it looks for their R peaks.
        let first = -0.060 + 0.120 * Double(number % 6) / 5
        let second = first + (0.127 - first) * Double(number / 6 + 1) / 4
        var previous: SampleIndex?
        for peak in heart.peaks.dropFirst(2).dropLast(2) {
            for place in [first, second] {
                let found = SampleIndex(((peak + place) * heart.rate).rounded())
                _ = averager.add(Beat(rPeak: found, beatClass: .normal), previousPeak: previous, from: ring)
                averager.measure(into: &measurements)
                previous = found
            }
        }
        #expect(measurements.averagedBeatCount > 10)
        let qt = try #require(measurements.intervals.qt).value
        // Bazett's root of the cycle in seconds.
        let root = qt / (try #require(measurements.intervals.qtcBazett).value)
        #expect(abs(root * root - heart.interval) < 0.05)
    }
}
