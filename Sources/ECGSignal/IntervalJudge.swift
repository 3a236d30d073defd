import ECGModel

/// Tells atrial fibrillation by the intervals between beats: none tells the next.
///
/// Of the pairs of successive intervals in the last 32, it counts those that agree with each other, which is the recurrence
/// that sample entropy counts (Richman & Moorman 2000; Lake & Moorman 2011 for atrial fibrillation). Medians and root mean
/// squares of differences take bigeminy and ectopy for fibrillation.
struct IntervalJudge: Sendable {
    private static let fewestPairs = 8
    /// Fibrillation begins where fewer than this share of the pairs agree, and ends where the second share do. Chosen on
    /// the open halves of MIT-BIH and the Challenge of 2021: from 0.05 on ectopy is taken for fibrillation in MIT-BIH 201,
    /// below 0.035 short episodes are missed.
    private static let agreement: Float = 0.042
    private static let hold: Float = 0.052
    /// Intervals agree if the rates that they stand for differ by less than this, per minute: the faster the heart, the
    /// less its intervals vary, in fibrillation as in sinus rhythm. A tolerance of 8 % of the interval finds none of the
    /// short episodes at 150 /min of the Challenge of 2021.
    private static let tolerancePerMinute: Float = 4.8
    /// R peaks are found to some milliseconds; below this, in seconds, intervals do not differ.
    private static let leastTolerance: Float = 0.02
    /// Where less than this share of the intervals differ from the one before, no pairs need be compared.
    private static let leastChanging: Float = 0.25
    /// Without enough pairs fibrillation goes on for so long, in seconds: runs of ventricular beats and noise end none.
    private static let holdSeconds = 20.0
    /// Where fibrillation begins and ends, an interval whose rate differs from that of the one before by more than this, per
    /// minute, speaks for it, another against it. On the same recordings 4.8 to 7.2 come to the same.
    private static let changePerMinute: Float = 6

    /// The last pairs are those of fibrillation.
    private(set) var isFibrillation = false
    private let rate: Float
    private var judgedAt: SampleIndex = 0

    init(samplingRate: Hertz) { rate = Float(samplingRate.value) }

    /// Judges by the last intervals; those beside ventricular beats and of untrusted signal are left out.
    mutating func judge(_ beats: BeatHistory) {
        withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: IntervalPairs.quads) {
            judge(beats, by: IntervalPairs(of: beats, in: $0))
        }
    }

    private mutating func judge(_ beats: BeatHistory, by pairs: IntervalPairs) {
        guard pairs.count >= Self.fewestPairs else {
            let since = Double(beats.peak(0) - judgedAt)
            if isFibrillation, since > Self.holdSeconds * Double(rate) { isFibrillation = false }
            return
        }
        judgedAt = beats.peak(0)
        let tolerance = span(Self.tolerancePerMinute, at: pairs.sumOfLast / Float(pairs.count))
        guard Float(pairs.changing(by: tolerance)) >= Self.leastChanging * Float(pairs.count) else {
            isFibrillation = false
            return
        }
        let share = Float(pairs.agreeing(within: tolerance) + 1) / Float(pairs.count * (pairs.count - 1) + 1)
        isFibrillation = share < (isFibrillation ? Self.hold : Self.agreement)
    }

    /// By how many samples an interval of so many changes if the rate does by so many per minute; as differentials.
    private func span(_ perMinute: Float, at interval: Float) -> Float {
        max(Self.leastTolerance * rate, perMinute / 60 * interval * interval / rate)
    }

    /// The beat with which the intervals became those of fibrillation, or ceased to be: there the changed ones after it
    /// outnumber the others most. The recording's start if that is its first.
    func change(of beats: BeatHistory, toFibrillation: Bool) -> SampleIndex {
        var sum = 0
        var best = Int.min
        var change = beats.peak(0)
        for back in 0..<max(0, beats.remembered - 2) {
            if let pair = beats.pair(back) {
                let isChanged =
                    abs(pair.last - pair.before) > span(Self.changePerMinute, at: 0.5 * (pair.last + pair.before))
                sum += isChanged == toFibrillation ? 1 : -1
            }
            if sum > best {
                best = sum
                change = back + 3 == beats.count ? 0 : beats.peak(back + 1)
            }
        }
        return change
    }
}
