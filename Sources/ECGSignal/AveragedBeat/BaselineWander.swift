import ECGModel

/// The course of the baseline through one beat, relative to its PQ level: `slope·t + curvature·t²`, t in samples from
/// the R peak, millivolts. The constant falls away because levels are read against the PQ level of the averaged beat.
struct BaselineCourse: Sendable {
    var slope = SIMD16<Float>.zero
    var curvature = SIMD16<Float>.zero
}

/// Follows the baseline from beat to beat by its level in the PQ segment, where the heart is electrically silent.
///
/// A parabola through the PQ levels of a beat and of its neighbours has no phase, so that it does not bend the ST
/// segment as the single-pole high-pass filters of monitors do, and passes what is slower than the beat.
struct BaselineWander: Sendable {
    /// A PQ level and where it was taken.
    private struct Knot: Sendable {
        var sample: SampleIndex
        var level: SIMD16<Float>
    }

    /// Beats further apart say nothing of the baseline between them: two beats at 40 per minute.
    static let longestGap = Milliseconds(3000)

    private let longestGapSamples: Int
    private var previous: Knot?
    private var latest: Knot?
    /// The R peak of the beat that the latest knot belongs to.
    private var latestPeak: SampleIndex = 0

    init(window: BeatWindow) {
        longestGapSamples = window.samples(Self.longestGap)
    }

    /// Takes the next beat's PQ level.
    /// - Returns: the final course through the beat before, now that its right neighbour is known (nil without one), and
    ///   the provisional one through this beat.
    mutating func append(
        level: SIMD16<Float>, at sample: SampleIndex, peak: SampleIndex
    ) -> (finalOfBefore: BaselineCourse?, provisional: BaselineCourse) {
        let knot = Knot(sample: sample, level: level)
        guard let last = latest, sample > last.sample, sample - last.sample <= longestGapSamples else {
            previous = nil
            latest = knot
            latestPeak = peak
            return (nil, BaselineCourse())
        }
        let gap = Float(sample - last.sample)
        let slopeAfter = (level - last.level) / gap
        var curvature = SIMD16<Float>.zero
        var slopeAtLast = slopeAfter
        if let first = previous {
            let gapBefore = Float(last.sample - first.sample)
            let slopeBefore = (last.level - first.level) / gapBefore
            curvature = (slopeAfter - slopeBefore) / (gap + gapBefore)
            slopeAtLast = slopeBefore + curvature * gapBefore
        }
        let final = course(slope: slopeAtLast, curvature: curvature, at: last.sample, seenFrom: latestPeak)
        let provisional = course(slope: slopeAfter, curvature: .zero, at: sample, seenFrom: peak)
        previous = last
        latest = knot
        latestPeak = peak
        return (final, provisional)
    }

    mutating func reset() {
        previous = nil
        latest = nil
    }

    /// Moves the origin of a parabola from its knot to the R peak.
    private func course(
        slope: SIMD16<Float>, curvature: SIMD16<Float>, at knot: SampleIndex, seenFrom peak: SampleIndex
    ) -> BaselineCourse {
        BaselineCourse(slope: slope - curvature * Float(2 * (knot - peak)), curvature: curvature)
    }
}
