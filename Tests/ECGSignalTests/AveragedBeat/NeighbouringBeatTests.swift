import ECGModel
import Testing

/// What else the window of the averaged beat may hold: other beats, and what passes for one.
@Suite("Beats near the averaged one")
struct NeighbouringBeatTests {
    /// A wide complex of all leads.
    static func ventricular(_ time: Double) -> Double {
        1.2 * DrawnHeart.triangle(time, from: -0.06, to: 0.02) - 0.8 * DrawnHeart.triangle(time, from: 0.02, to: 0.1)
    }

    @Test(
        "Premature complexes behind the T wave are no part of it", arguments: [[0.42], [0.48], [0.54], [0.42, 0.7]])
    func premature(couplings: [Double]) throws {
        var heart = DrawnHeart()
        heart.interval = 1
        heart.seconds = 10
        let calm = try TWaveTests.qt(heart)
        heart.disturbance = { time in
            [3.5, 6.5].reduce(0) { sum, peak in
                couplings.reduce(sum) { $0 + Self.ventricular(time - peak - $1) }
            }
        }
        let outcome = AveragedBeatTests.analyze(heart)
        #expect(outcome.beats.count == 10 + 2 * couplings.count)
        #expect(abs(try #require(outcome.measurements.intervals.qt).value - calm) <= 10)
        for waves in outcome.measurements.waves { #expect(abs(try #require(waves.t).value - 0.25) < 0.03) }
    }

    @Test("Atrial spikes told as beats do not shorten the RR interval that the T wave may fill")
    func spikes() throws {
        var heart = DrawnHeart()
        heart.interval = 1
        heart.tEnd = { _ in 0.40 }
        let calm = AveragedBeatTests.analyze(heart)
        heart.disturbance = { time in
            let spike = (time - 0.5 + 0.28).truncatingRemainder(dividingBy: 1)
            return 0.7 * DrawnHeart.triangle(spike, from: 0.03, to: 0.06)
                - DrawnHeart.triangle(spike, from: 0, to: 0.03)
        }
        let paced = AveragedBeatTests.analyze(heart)
        try #require(paced.beats.count > calm.beats.count + 10, "the spikes pass for beats")
        let qt = try #require(paced.measurements.intervals.qt).value
        #expect(abs(qt - (try #require(calm.measurements.intervals.qt).value)) <= 10)
        #expect(abs(try #require(paced.measurements.intervals.qtcBazett).value - qt) < 5)
    }
}
