import ECGModel

/// Keeps the extremes of a rhythm, of the whole recording and of what has not ended for longer than
/// ``RhythmExtremes/recentSeconds``.
///
/// The recent extreme stands until it is too old, not until the next lesser one: what comes each second or beat takes its
/// place then.
struct RhythmExtremesFollower: Sendable {
    /// From this rate on a ventricular tachycardia is critical (national consensus on critical values, 2017).
    private static let criticalRunRate = BeatsPerMinute(150)

    private let recentSamples: Int
    private(set) var worst = RhythmExtremes()
    private(set) var recent = RhythmExtremes()
    private var ends = Ends()

    /// The sample with which each recent extreme ended.
    private struct Ends: Sendable {
        var longestRR: SampleIndex = 0
        var shortestRR: SampleIndex = 0
        var run: SampleIndex = 0
        var fibrillation: SampleIndex = 0
        var highRate: SampleIndex = 0
        var lowRate: SampleIndex = 0
        var lowRateBesideLongestRR: SampleIndex = 0
    }

    init(samplingRate: Hertz) {
        recentSamples = Int(Double(RhythmExtremes.recentSeconds) * samplingRate.value)
    }

    mutating func note(interval: Milliseconds, endingAt sample: SampleIndex) {
        if worst.longestRR.map({ interval > $0 }) ?? true { worst.longestRR = interval }
        if worst.shortestRR.map({ interval < $0 }) ?? true { worst.shortestRR = interval }
        if recent.longestRR.map({ interval >= $0 }) ?? true { (recent.longestRR, ends.longestRR) = (interval, sample) }
        if recent.shortestRR.map({ interval <= $0 }) ?? true {
            (recent.shortestRR, ends.shortestRR) = (interval, sample)
        }
    }

    mutating func note(
        runOf beats: Int, at rate: BeatsPerMinute, lasting duration: Milliseconds, endingAt sample: SampleIndex
    ) {
        func isWorse(than known: RhythmExtremes) -> Bool {
            guard let before = known.wideComplexRunRate else { return true }
            let isCritical = rate >= Self.criticalRunRate
            guard isCritical == (before >= Self.criticalRunRate) else { return isCritical }
            return duration > known.wideComplexRunDuration
        }
        func write(into extremes: inout RhythmExtremes) {
            extremes.wideComplexRunBeats = beats
            extremes.wideComplexRunRate = rate
            extremes.wideComplexRunDuration = duration
        }
        if isWorse(than: worst) { write(into: &worst) }
        if isWorse(than: recent) {
            write(into: &recent)
            ends.run = sample
        }
    }

    /// - Parameter duration: how long it has lasted so far.
    mutating func note(fibrillationLasting duration: Milliseconds, until sample: SampleIndex) {
        worst.fibrillationDuration = max(worst.fibrillationDuration, duration)
        // The present one: the recent one before it, which may have been longer, ended.
        (recent.fibrillationDuration, ends.fibrillation) = (duration, sample)
    }

    mutating func note(highRate rate: BeatsPerMinute, isNarrow: Bool, at sample: SampleIndex) {
        if rate > worst.sustainedHighRate ?? 0 {
            (worst.sustainedHighRate, worst.sustainedHighRateIsNarrow) = (rate, isNarrow)
        }
        if rate >= recent.sustainedHighRate ?? 0 {
            (recent.sustainedHighRate, recent.sustainedHighRateIsNarrow) = (rate, isNarrow)
            ends.highRate = sample
        }
    }

    mutating func note(lowRate rate: BeatsPerMinute, at sample: SampleIndex) {
        if worst.sustainedLowRate.map({ rate < $0 }) ?? true { worst.sustainedLowRate = rate }
        if recent.sustainedLowRate.map({ rate <= $0 }) ?? true {
            (recent.sustainedLowRate, ends.lowRate) = (rate, sample)
        }
    }

    mutating func note(lowRateBesideLongestRR rate: BeatsPerMinute, at sample: SampleIndex) {
        if worst.sustainedLowRateBesideLongestRR.map({ rate < $0 }) ?? true {
            worst.sustainedLowRateBesideLongestRR = rate
        }
        if recent.sustainedLowRateBesideLongestRR.map({ rate <= $0 }) ?? true {
            (recent.sustainedLowRateBesideLongestRR, ends.lowRateBesideLongestRR) = (rate, sample)
        }
    }

    /// Forgets of what is recent what has ended too long before `sample`.
    mutating func forget(before sample: SampleIndex) {
        let oldest = sample - recentSamples
        if ends.longestRR < oldest { recent.longestRR = nil }
        if ends.shortestRR < oldest { recent.shortestRR = nil }
        if ends.run < oldest {
            recent.wideComplexRunBeats = 0
            recent.wideComplexRunRate = nil
            recent.wideComplexRunDuration = 0
        }
        if ends.fibrillation < oldest { recent.fibrillationDuration = 0 }
        if ends.highRate < oldest {
            recent.sustainedHighRate = nil
            recent.sustainedHighRateIsNarrow = false
        }
        if ends.lowRate < oldest { recent.sustainedLowRate = nil }
        if ends.lowRateBesideLongestRR < oldest { recent.sustainedLowRateBesideLongestRR = nil }
    }
}
