import ECGModel

/// The averaged beat of a recording and everything that is measured on it.
struct BeatAverager: Sendable {
    private let window: BeatWindow

    init(leads: [Lead], samplingRate: Hertz) {
        window = BeatWindow(samplingRate: samplingRate)
    }

    /// How many samples before and after an R peak must be in the ring when the beat is added.
    var samplesBeforePeak: Int { window.samplesBeforePeak }
    var samplesAfterPeak: Int { window.samplesAfterPeak }

    /// Takes one detected beat and returns its QRS onset and J point, fused over all leads.
    mutating func add(
        _ beat: Beat, previousPeak: SampleIndex?, from ring: SampleRing
    ) -> (qrsOnset: SampleIndex?, jPoint: SampleIndex?) {
        (nil, nil)
    }

    /// Writes what the averaged beat shows into the measurements.
    mutating func measure(into measurements: inout Measurements) {}
}
