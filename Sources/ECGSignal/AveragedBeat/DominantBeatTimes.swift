import ECGModel

/// When beats of the dominant shape came: the latest one, and the mean of the RR intervals that end with one.
struct DominantBeatTimes: Sendable {
    /// No heart beats twice within this time (300 /min, and a little for where in a complex its peak is found).
    private static let shortestInterval = Milliseconds(190)
    /// A beat of the dominant shape that comes sooner than this after one of another shape was conducted from what passed for
    /// that beat, an atrial spike or a large P wave: the refractory ventricles beat no second time so soon.
    private static let shortestCoupling = Milliseconds(300)
    /// A beat that comes before this part of the mean RR interval is premature.
    private static let prematurePart = 0.8

    private let window: BeatWindow
    /// The latest averaged beat's peak, as it was aligned.
    private(set) var latestPeak: SampleIndex?
    /// Beats of other shapes since then.
    private var strangers = 0
    /// Mean distance of the R peaks of averaged beats from the beats before them.
    private(set) var meanInterval: Milliseconds?

    init(window: BeatWindow) { self.window = window }

    mutating func reset() {
        latestPeak = nil
        meanInterval = nil
    }

    mutating func note(peak: SampleIndex) {
        latestPeak = peak
        strangers = 0
    }

    mutating func noteStranger() { strangers += 1 }

    /// - Parameter share: how much the interval counts in the mean, once there is one.
    mutating func take(_ interval: Milliseconds, share: Double) {
        meanInterval = meanInterval.map { Milliseconds($0.value + share * (interval.value - $0.value)) } ?? interval
    }

    /// The R peak before, where the window of the beat lay if it was averaged: what the detector takes for the R peak may be
    /// another wave of the same complex.
    func peakBefore(_ previousPeak: SampleIndex?) -> SampleIndex? {
        guard let previousPeak, latestPeak != nil else { return previousPeak }
        return isSameComplex(previousPeak) ? latestPeak : previousPeak
    }

    /// The RR interval that ends with a beat of the dominant shape; nil without a beat before.
    func interval(to peak: SampleIndex, previousPeak: SampleIndex?) -> Milliseconds? {
        guard let before = peakBefore(previousPeak) else { return nil }
        let interval = duration(from: before, to: peak)
        guard let latestPeak, strangers == 1, interval < Self.shortestCoupling else { return interval }
        return duration(from: latestPeak, to: peak)
    }

    /// Whether this is the end of no cycle, but the complex before once more, found at another of its waves.
    func isWithinComplex(_ interval: Milliseconds) -> Bool { interval < Self.shortestInterval }

    /// Whether this is the latest averaged complex once more, found at another of its waves.
    func isSameComplex(_ peak: SampleIndex) -> Bool {
        latestPeak.map { isWithinComplex(duration(from: $0, to: peak)) } ?? false
    }

    /// The latest averaged beat's peak, if the next beat after it has its peak here and is premature.
    func peak(beforePremature peak: SampleIndex) -> SampleIndex? {
        guard let latestPeak, let meanInterval, strangers == 0, !isSameComplex(peak) else { return nil }
        return duration(from: latestPeak, to: peak) < meanInterval * Self.prematurePart ? latestPeak : nil
    }

    private func duration(from first: SampleIndex, to second: SampleIndex) -> Milliseconds {
        window.duration(Float(second - first))
    }
}
