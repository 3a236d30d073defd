import ECGModel
import ECGSimulator

/// A noise-free simulation in millivolts, and what the tests measure on it.
struct SignalProbe {
    var samples: Samples
    var truth: SimulationTruth
    let rate: Double

    init(_ scenario: Scenario, seed: UInt64 = 1, seconds: Double = 10, rate: Double = 500) {
        var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: Hertz(rate))
        samples = simulation.next(Int(seconds * rate))
        truth = simulation.truth
        self.rate = rate
    }

    /// Without noise and with every beat alike.
    static func clean(_ scenario: Scenario, seed: UInt64 = 1, seconds: Double = 10) -> SignalProbe {
        var quiet = scenario
        quiet.noise = .none
        quiet.variability = 0
        return SignalProbe(quiet, seed: seed, seconds: seconds)
    }

    func millivolts(_ lead: Lead, _ index: Int) -> Double {
        let channel = Lead.standardTwelve.firstIndex(of: lead) ?? 0
        return Double(samples[index, channel]) * Simulation.nanovoltsPerCount / 1e6
    }

    /// The level some time after a beat's J point, against the sample of the QRS onset.
    func st(_ lead: Lead, of beat: Beat, after milliseconds: Double = 0) -> Double {
        let index = (beat.jPoint ?? 0) + Int((milliseconds * rate / 1000).rounded())
        return millivolts(lead, index) - millivolts(lead, beat.qrsOnset ?? 0)
    }

    /// A beat with all of it inside the samples.
    func beat(_ beatClass: BeatClass = .normal) -> Beat? {
        truth.beats.dropFirst(2).first {
            $0.beatClass == beatClass && ($0.jPoint ?? 0) + Int(0.3 * rate) < samples.count
        }
    }

    /// Intervals between R peaks in seconds.
    var intervals: [Double] {
        zip(truth.beats, truth.beats.dropFirst()).map { Double($1.rPeak - $0.rPeak) / rate }
    }

    /// The largest absolute value of a lead over a range of samples.
    func peak(_ lead: Lead, _ range: Range<Int>) -> Double {
        range.map { abs(millivolts(lead, $0)) }.max() ?? 0
    }

    /// The amplitude of a frequency by G. Goertzel, Amer. Math. Monthly 65 (1958) 34–35.
    func amplitude(_ lead: Lead, hertz: Double) -> Double {
        let turn = 2 * Double.pi * hertz / rate
        let coefficient = 2 * cosine(turn)
        var (last, beforeLast) = (0.0, 0.0)
        for index in 0..<samples.count {
            (last, beforeLast) = (millivolts(lead, index) + coefficient * last - beforeLast, last)
        }
        let power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast
        return 2 * power.squareRoot() / Double(samples.count)
    }

    private func cosine(_ radians: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for order in stride(from: 1.0, through: 29, by: 2) {
            term *= -radians * radians / (order * (order + 1))
            sum += term
        }
        return sum
    }
}
