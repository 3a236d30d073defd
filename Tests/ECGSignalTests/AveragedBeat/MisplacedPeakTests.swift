import ECGModel
import ECGSignal
import Testing

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
}
