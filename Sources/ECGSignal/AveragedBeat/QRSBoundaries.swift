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
    /// It has not ended where the activity, within this time, rises again above this multiple of the limit: late forces of the
    /// right ventricle come after a moment's rest, and how deep that is noise decides.
    static let restStretch = Milliseconds(20)
    static let riseMultiple: Float = 2
    /// The mean distance from the crossing of the limit to the hand-set marks on LUDB's open half: the eye sees the
    /// start of the slow first deflection before it is steep.
    static let onsetBias = Milliseconds(-6)
    static let jPointBias = Milliseconds(3)

    /// Activity is looked at this often: the difference leaves nothing above 80 Hz.
    static let interval = Milliseconds(4)

    private let window: BeatWindow
    private let smoothingReach: Int
    private let halfDifferenceSamples: Int
    private let interval: Int
    /// The position of the window where activity begins.
    private let origin: Int
    /// The looks between which the complex is sought and must begin, and where the quiet stretch is sought.
    private let search: Range<Int>
    private let quietEnd: Int
    private let plateauLooks: Int
    private let longestGapLooks: Int
    private let quietLooks: Int
    private let restLooks: Int
    private var activity: [Float]

    init(window: BeatWindow) {
        self.window = window
        smoothingReach = Self.smoothing.samples(at: window.samplingRate) / 2
        halfDifferenceSamples = window.samples(Self.halfDifference)
        let interval = window.stride(Self.interval)
        self.interval = interval
        func looks(_ duration: Milliseconds) -> Int { max(1, window.samples(duration) / interval) }
        let margin = smoothingReach + halfDifferenceSamples
        origin = window.complex.lowerBound + margin
        activity = Array(repeating: 0, count: (window.complex.upperBound - margin - origin) / interval)
        let start = max(0, (window.peak - window.samples(Self.reachBefore) - origin) / interval)
        let peak = (window.peak - origin) / interval
        search = start..<min(activity.count, (window.peak + window.samples(Self.reachAfter) - origin) / interval)
        quietEnd = (start + peak) / 2
        longestGapLooks = looks(Self.longestGap)
        plateauLooks = looks(Self.plateauStretch)
        quietLooks = looks(Self.quietStretch)
        restLooks = looks(Self.restStretch) + 1
    }

    /// - Parameters:
    ///   - weights: how much each lead counts; zero for lanes without a channel.
    /// - Returns: nil where there is no complex that stands out of the noise.
    mutating func boundaries(of beat: some BeatSource, weights: SIMD16<Float>) -> QRSBoundaries? {
        computeActivity(of: beat, weights: weights)
        return activity.withUnsafeBufferPointer { find(in: $0) }
    }

    private func find(in activity: UnsafeBufferPointer<Float>) -> QRSBoundaries? {
        var steepest = search.lowerBound
        for look in search where activity[look] > activity[steepest] { steepest = look }
        let greatest = activity[steepest]
        let floor = noiseFloor(in: activity)
        let certain = Self.certainFraction * greatest
        guard greatest > Self.jPointSteepness, certain > floor else { return nil }
        var left = steepest
        var right = steepest
        var look = steepest
        while look < search.upperBound, look - right <= longestGapLooks {
            if activity[look] > certain { right = look }
            look += 1
        }
        look = steepest
        while look >= search.lowerBound, left - look <= longestGapLooks {
            if activity[look] > certain { left = look }
            look -= 1
        }

        let onsetLimit = max(Self.restFraction * greatest, Self.onsetSteepness, Self.noiseMultiple * floor)
        let jPointLimit = max(Self.restFraction * greatest, Self.jPointSteepness, Self.noiseMultiple * floor)
        while left > 0, activity[left] > onsetLimit { left -= 1 }
        while right < activity.count - 1,
            activity[right] > jPointLimit || rises(after: right, above: Self.riseMultiple * jPointLimit, in: activity),
            !isOnPlateau(right, below: Self.plateauFraction * greatest, in: activity)
        {
            right += 1
        }
        guard left > 0, right < activity.count - 1 else { return nil }
        let onset = Float(left) + crossing(onsetLimit, from: activity[left], to: activity[left + 1])
        let jPoint = Float(right) - crossing(jPointLimit, from: activity[right], to: activity[right - 1])
        return QRSBoundaries(
            onset: Float(origin) + onset * Float(interval) + window.span(Self.onsetBias),
            jPoint: Float(origin) + jPoint * Float(interval) + window.span(Self.jPointBias))
    }

    private func rises(after look: Int, above limit: Float, in activity: UnsafeBufferPointer<Float>) -> Bool {
        let end = min(look + restLooks, search.upperBound)
        guard look < end else { return false }
        for next in look..<end where activity[next] > limit { return true }
        return false
    }

    private func isOnPlateau(_ look: Int, below limit: Float, in activity: UnsafeBufferPointer<Float>) -> Bool {
        let end = look + plateauLooks
        guard activity[look] < limit, end < activity.count else { return false }
        let least = Self.plateauSteadiness * activity[look]
        for next in look..<end where activity[next] < least { return false }
        return true
    }

    /// How far from `low` to `high`, as a part of one look, the limit is crossed.
    private func crossing(_ limit: Float, from low: Float, to high: Float) -> Float {
        high > low ? min(1, max(0, (limit - low) / (high - low))) : 0
    }

    /// The mean steepness over the leads, in microvolts per millisecond, at every look.
    private mutating func computeActivity(of beat: some BeatSource, weights: SIMD16<Float>) {
        let length = 2 * smoothingReach + 1
        let distance = Float(window.duration(Float(2 * halfDifferenceSamples)).value)
        let total = weights.total
        guard total > 0 else { return }
        let scale = weights * (1000 / (Float(length) * distance * total))
        let reach = smoothingReach
        activity.withUnsafeMutableBufferPointer { activity in
            var ahead = origin + halfDifferenceSamples - reach
            var behind = origin - halfDifferenceSamples - reach
            for look in 0..<activity.count {
                var difference = beat[ahead] - beat[behind]
                for offset in 1..<length { difference += beat[ahead &+ offset] - beat[behind &+ offset] }
                activity[look] = (difference.magnitudes * scale).total
                ahead += interval
                behind += interval
            }
        }
    }

    /// The mean activity of the quietest stretch before the complex.
    private func noiseFloor(in activity: UnsafeBufferPointer<Float>) -> Float {
        let length = quietLooks
        guard length < quietEnd else { return 0 }
        var sum: Float = 0
        for look in 0..<length { sum += activity[look] }
        var least = sum
        for look in length..<quietEnd {
            sum += activity[look] - activity[look - length]
            least = min(least, sum)
        }
        return max(0, least / Float(length))
    }
}
