import ECGModel

/// Where the QRS complex of all leads together begins and ends, as positions in a ``BeatWindow``.
struct QRSBoundaries: Sendable, Hashable {
    /// Fractions of a sample are kept: at 100 Hz a sample is as long as the error that is allowed.
    var onset: Float
    var jPoint: Float

    var onsetPosition: Int { Int(onset.rounded()) }
    var jPosition: Int { Int(jPoint.rounded()) }
}

/// Finds QRS onset and J point of a beat from the activity of all leads: the mean over the leads of the steepness of
/// the smoothed signal.
///
/// One lead alone often hides the start or the end of the complex, where the heart's vector stands square to it; single
/// leads scatter by 20 ms and more. The mean of the magnitudes over the leads falls to its floor only when all of them
/// have come to rest. The limits below were chosen on the hand-marked beats of half of the Lobachevsky database (LUDB,
/// Kalyakulina et al. 2020), where the truth is the third-earliest onset and third-latest end over twelve leads.
struct QRSBoundaryDetector: Sendable {
    /// Width of the running mean before the derivative, and half the distance of the difference: wide enough to take a
    /// decade off muscle noise, narrow enough that a step 40 ms away does not reach the mark.
    static let smoothing = Milliseconds(6)
    static let halfDifference = Milliseconds(6)
    /// The complex is sought this far around the R peak: half of a complex of 240 ms, and all of one whose first peak is
    /// the largest.
    static let reachBefore = Milliseconds(120)
    static let reachAfter = Milliseconds(170)
    /// Activity above this part of the greatest one belongs to the complex for certain.
    static let certainFraction: Float = 0.2
    /// unless this long a stretch of less parts it from the steepest point: what is certain beyond is a steep T wave.
    static let longestGap = Milliseconds(60)
    /// The complex ends where the activity falls below the largest of: this part of its maximum,
    static let restFraction: Float = 0.02
    /// this steepness in microvolts per millisecond: slower than any QRS, faster than most ST segments and P waves,
    static let onsetSteepness: Float = 1.5
    static let jPointSteepness: Float = 2.0
    /// and this multiple of the quietest stretch before the complex, which is noise.
    static let noiseMultiple: Float = 2.0
    static let quietStretch = Milliseconds(40)
    /// It also ends where the activity, below the first part of its maximum, keeps to at least the second part of what
    /// it is for the stretch that follows: an elevated ST segment that climbs steadily into the T wave comes to no other
    /// rest.
    static let plateauFraction: Float = 0.16
    static let plateauSteadiness: Float = 0.8
    static let plateauStretch = Milliseconds(80)
    /// The mean distance from the crossing of the limit to the hand-set marks on LUDB's open half: the eye sees the
    /// start of the slow first deflection before it is steep.
    static let onsetBias = Milliseconds(-6)
    static let jPointBias = Milliseconds(3)

    private let window: BeatWindow
    private let smoothingReach: Int
    private let halfDifferenceSamples: Int
    /// The positions of the window that activity is computed for.
    private let span: Range<Int>
    private let plateauSamples: Int
    private let longestGapSamples: Int
    private var activity: [Float]

    init(window: BeatWindow) {
        self.window = window
        smoothingReach = Self.smoothing.samples(at: window.samplingRate) / 2
        halfDifferenceSamples = window.samples(Self.halfDifference)
        let margin = smoothingReach + halfDifferenceSamples + 1
        let earliest = window.peak - window.samples(Self.reachBefore) - 3 * window.samples(Self.quietStretch)
        let furthest = window.peak + window.samples(Self.reachAfter) + window.samples(Self.plateauStretch)
        span = max(margin, earliest)..<min(furthest, window.count - margin)
        longestGapSamples = window.samples(Self.longestGap)
        plateauSamples = window.samples(Self.plateauStretch)
        activity = Array(repeating: 0, count: window.count)
    }

    /// - Parameters:
    ///   - weights: how much each lead counts; zero for lanes without a channel.
    /// - Returns: nil where there is no complex that stands out of the noise.
    mutating func boundaries(of beat: some BeatSource, weights: SIMD16<Float>) -> QRSBoundaries? {
        computeActivity(of: beat, weights: weights)
        let searchStart = max(span.lowerBound, window.peak - window.samples(Self.reachBefore))
        let searchEnd = min(span.upperBound, window.peak + window.samples(Self.reachAfter))
        var steepest = searchStart
        for position in searchStart..<searchEnd where activity[position] > activity[steepest] { steepest = position }
        let greatest = activity[steepest]
        let floor = noiseFloor(before: (searchStart + window.peak) / 2)
        let certain = Self.certainFraction * greatest
        guard greatest > Self.jPointSteepness, certain > floor else { return nil }
        var left = steepest
        var right = steepest
        for position in steepest..<searchEnd where position - right <= longestGapSamples {
            if activity[position] > certain { right = position }
        }
        for position in (searchStart...steepest).reversed() where left - position <= longestGapSamples {
            if activity[position] > certain { left = position }
        }

        let onsetLimit = max(Self.restFraction * greatest, Self.onsetSteepness, Self.noiseMultiple * floor)
        let jPointLimit = max(Self.restFraction * greatest, Self.jPointSteepness, Self.noiseMultiple * floor)
        while left > span.lowerBound, activity[left] > onsetLimit { left -= 1 }
        while right < span.upperBound - 1, activity[right] > jPointLimit,
            !isOnPlateau(right, below: Self.plateauFraction * greatest)
        {
            right += 1
        }
        guard left > span.lowerBound, right < span.upperBound - 1 else { return nil }
        let onset = Float(left) + crossing(onsetLimit, from: activity[left], to: activity[left + 1])
        let jPoint = Float(right) - crossing(jPointLimit, from: activity[right], to: activity[right - 1])
        return QRSBoundaries(
            onset: onset + window.span(Self.onsetBias), jPoint: jPoint + window.span(Self.jPointBias))
    }

    private func isOnPlateau(_ position: Int, below limit: Float) -> Bool {
        let length = plateauSamples
        guard activity[position] < limit, position + length < span.upperBound else { return false }
        let least = Self.plateauSteadiness * activity[position]
        return (position..<position + length).allSatisfy { activity[$0] >= least }
    }

    /// How far from `low` to `high`, as a part of one sample, the limit is crossed.
    private func crossing(_ limit: Float, from low: Float, to high: Float) -> Float {
        high > low ? min(1, max(0, (limit - low) / (high - low))) : 0
    }

    /// The mean steepness over the leads, in microvolts per millisecond, at every position of the span.
    private mutating func computeActivity(of beat: some BeatSource, weights: SIMD16<Float>) {
        let width = Float(2 * smoothingReach + 1)
        let distance = Float(window.duration(Float(2 * halfDifferenceSamples)).value)
        let total = weights.total
        guard total > 0 else { return }
        let scale = weights * (1000 / (width * distance * total))
        // Difference of two running sums: `ahead` centred half a difference after the position, `behind` before it.
        let aheadFirst = halfDifferenceSamples - smoothingReach
        let behindFirst = -halfDifferenceSamples - smoothingReach
        let length = 2 * smoothingReach + 1
        var difference = SIMD16<Float>.zero
        for offset in 0..<length {
            difference +=
                beat[span.lowerBound + aheadFirst + offset] - beat[span.lowerBound + behindFirst + offset]
        }
        for position in span {
            activity[position] = (difference.magnitudes * scale).total
            difference +=
                (beat[position + aheadFirst + length] - beat[position + aheadFirst])
                - (beat[position + behindFirst + length] - beat[position + behindFirst])
        }
    }

    /// The mean activity of the quietest stretch before the complex.
    private func noiseFloor(before end: Int) -> Float {
        let length = window.samples(Self.quietStretch)
        guard span.lowerBound + length < end else { return 0 }
        var sum: Float = 0
        for position in span.lowerBound..<span.lowerBound + length { sum += activity[position] }
        var least = sum
        for position in span.lowerBound + length..<end {
            sum += activity[position] - activity[position - length]
            least = min(least, sum)
        }
        return max(0, least / Float(length))
    }
}
