import ECGModel

/// The stretch of signal around an R peak that is averaged, in samples of the recording's rate.
struct BeatWindow: Sendable, Hashable {
    /// From the R peak back: a PR interval of 300 ms, the longest that is common in first-degree block, and 50 ms from
    /// QRS onset to R peak.
    static let beforePeak = Milliseconds(350)
    /// From the R peak on: a QT interval of 650 ms less the way from QRS onset to R peak.
    static let afterPeak = Milliseconds(600)

    let samplingRate: Hertz
    let samplesBeforePeak: Int
    let samplesAfterPeak: Int

    init(samplingRate: Hertz) {
        self.samplingRate = samplingRate
        samplesBeforePeak = Self.beforePeak.samples(at: samplingRate)
        samplesAfterPeak = Self.afterPeak.samples(at: samplingRate)
    }

    /// The number of samples: those before the peak, the peak, those after it.
    var count: Int { samplesBeforePeak + 1 + samplesAfterPeak }

    /// Where in the window the R peak stands.
    var peak: Int { samplesBeforePeak }

    /// The samples nearest to a duration, at least one.
    func samples(_ duration: Milliseconds) -> Int { max(1, duration.samples(at: samplingRate)) }

    /// A duration in samples, unrounded.
    func span(_ duration: Milliseconds) -> Float { Float(duration.value * samplingRate.value / 1000) }

    /// The duration of a number of samples.
    func duration(_ samples: Float) -> Milliseconds { Milliseconds(Double(samples) * 1000 / samplingRate.value) }
}
