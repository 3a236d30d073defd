import ECGModel

/// The stretch of signal around an R peak that is averaged, in samples of the recording's rate.
///
/// The QRS complex and the ST segment are kept at the full rate; the whole beat, for its P and T waves, thinned to about
/// 125 samples a second.
struct BeatWindow: Sendable, Hashable {
    /// From the R peak back: a PR interval of 300 ms, the longest that is common in first-degree block, and 50 ms from
    /// QRS onset to R peak.
    static let beforePeak = Milliseconds(350)
    /// From the R peak on: a QT interval of 650 ms less the way from QRS onset to R peak.
    static let afterPeak = Milliseconds(600)
    /// Full rate from here, where the PQ segment is at rest before the broadest complex,
    static let complexBeforePeak = Milliseconds(212)
    /// to here: J+80 ms of a complex that ends as late as ``QRSBoundaryDetector/reachAfter``.
    static let complexAfterPeak = Milliseconds(264)
    /// P and T waves have no energy above 30 Hz worth following; 8 ms is half of the finest step a reader tells on paper.
    static let coarseInterval = Milliseconds(8)

    let samplingRate: Hertz
    let samplesBeforePeak: Int
    let samplesAfterPeak: Int
    /// Samples in one step of the thinned beat, and how many steps there are.
    let step: Int
    let stepCount: Int
    /// The positions that are kept at the full rate: whole steps.
    let complex: Range<Int>

    init(samplingRate: Hertz) {
        self.samplingRate = samplingRate
        samplesBeforePeak = Self.beforePeak.samples(at: samplingRate)
        samplesAfterPeak = Self.afterPeak.samples(at: samplingRate)
        step = max(1, Self.coarseInterval.samples(at: samplingRate))
        stepCount = (samplesBeforePeak + 1 + samplesAfterPeak) / step
        let first = (samplesBeforePeak - Self.complexBeforePeak.samples(at: samplingRate)) / step
        let last = (samplesBeforePeak + Self.complexAfterPeak.samples(at: samplingRate)) / step
        complex = first * step..<(last + 1) * step
    }

    /// The number of samples: those before the peak, the peak, those after it, in whole steps.
    var count: Int { stepCount * step }

    /// Where in the window the R peak stands.
    var peak: Int { samplesBeforePeak }

    /// The samples nearest to a duration, at least one.
    func samples(_ duration: Milliseconds) -> Int { max(1, duration.samples(at: samplingRate)) }

    /// The samples between two looks at something that changes no faster than this duration shows, at least one.
    func stride(_ duration: Milliseconds) -> Int { max(1, Int(duration.value * samplingRate.value / 1000)) }

    /// A duration in samples, unrounded.
    func span(_ duration: Milliseconds) -> Float { Float(duration.value * samplingRate.value / 1000) }

    /// The duration of a number of samples.
    func duration(_ samples: Float) -> Milliseconds { Milliseconds(Double(samples) * 1000 / samplingRate.value) }
}
