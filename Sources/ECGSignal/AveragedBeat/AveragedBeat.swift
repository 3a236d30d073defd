import ECGModel

/// The running mean of the beats of the dominant shape, every lead in its lane.
///
/// The first beats count alike; after ``memoryBeats`` of them older ones fade, so that an ST segment that moves is
/// followed. Each lead's share of a beat shrinks where the beat strays from the mean more than that lead usually does.
struct AveragedBeat: Sendable, BeatSource {
    /// Beats in the mean once it is full. Eight take 9 dB off the noise, and after eight new ones 63 % of a sudden
    /// change is shown.
    static let memoryBeats: Float = 8
    /// A beat may stray this many times the lead's usual deviation before its share shrinks.
    static let freeDeviation: Float = 2
    /// Deviations below this many millivolts are never held against a beat: breathing alone moves amplitudes so much.
    static let leastDeviation: Float = 0.02
    /// A lead that strays for this many beats in a row has changed and is followed from then on.
    static let strayBeatsOfChange: Float = 3
    /// Deviation is measured from this long before the R peak to this long after, PQ segment to the rise of the T wave,
    static let deviationBefore = Milliseconds(100)
    static let deviationAfter = Milliseconds(260)
    /// as often as this.
    static let deviationInterval = Milliseconds(4)

    let window: BeatWindow
    private(set) var beatCount = 0
    /// The mean of the beats over the window's complex, each less its PQ level and the course of its baseline.
    private var levels: [SIMD16<Float>]
    /// The same over the whole window, thinned.
    private(set) var coarse: CoarseBeat
    /// The beats that the mean of each lead stands for.
    private var weight = SIMD16<Float>.zero
    /// What part of the mean the last beat is, and the wander it came with.
    private var lastShare = SIMD16<Float>.zero
    private var lastWander = BaselineCourse()
    /// For how many beats in a row each lead has strayed.
    private var strayBeats = SIMD16<Float>.zero
    /// Mean square deviation of single beats from the mean, mV².
    private(set) var deviationPower = SIMD16<Float>.zero

    init(window: BeatWindow) {
        self.window = window
        levels = Array(repeating: .zero, count: window.complex.count)
        coarse = CoarseBeat(window: window)
    }

    func prefetch() {
        levels.prefetch()
        coarse.prefetch()
    }

    var isEmpty: Bool { beatCount == 0 }

    /// The mean at a position of the window's complex.
    @inline(__always) subscript(_ position: Int) -> SIMD16<Float> { levels[position - window.complex.lowerBound] }

    mutating func reset() {
        beatCount = 0
        weight = .zero
        lastShare = .zero
        deviationPower = .zero
        strayBeats = .zero
        for index in levels.indices { levels[index] = .zero }
        coarse.clear()
    }

    /// Takes a beat into the mean.
    /// - Parameters:
    ///   - beat: one that the ring holds whole.
    ///   - course: what is known of its baseline yet.
    ///   - finalOfBefore: what is known now of the baseline of the beat before. The mean is linear in it, so that no beat
    ///     need be kept to put it right.
    mutating func add(
        _ beat: RingBeat, pqLevel: SIMD16<Float>, wander course: BaselineCourse, finalOfBefore: BaselineCourse?
    ) {
        var share = SIMD16<Float>(repeating: 1)
        if isEmpty {
            weight = SIMD16(repeating: 1)
            deviationPower = .zero
        } else {
            let power = deviation(of: beat, pqLevel: pqLevel, wander: course)
            let least = SIMD16<Float>(repeating: Self.leastDeviation * Self.leastDeviation)
            var trust = SIMD16<Float>(repeating: 1)
            if beatCount > 1 {
                let usual = deviationPower.greater(least) * (Self.freeDeviation * Self.freeDeviation)
                let isStray = power .> usual
                strayBeats = (strayBeats + 1).replacing(with: 0, where: .!isStray)
                trust.replace(with: usual / power, where: isStray .& (strayBeats .< Self.strayBeatsOfChange))
                // A stray beat may raise what is usual, so that lasting change is accepted, but only stepwise.
                let admitted = power.lesser(usual)
                deviationPower += (admitted - deviationPower) / min(Float(beatCount), Self.memoryBeats)
            } else {
                // Two beats differ by √2 of what each differs from the true mean.
                deviationPower = power / 2
            }
            weight = (weight + trust).lesser(SIMD16(repeating: Self.memoryBeats))
            share = trust / weight
        }
        var correction = BaselineCourse()
        if let finalOfBefore {
            let rest = lastShare * (1 - share)
            correction.slope = rest * (finalOfBefore.slope - lastWander.slope)
            correction.curvature = rest * (finalOfBefore.curvature - lastWander.curvature)
        }
        blend(
            beat, share: share, level: share * pqLevel,
            course: BaselineCourse(
                slope: share * course.slope + correction.slope,
                curvature: share * course.curvature + correction.curvature))
        lastShare = share
        lastWander = course
        beatCount += 1
    }

    /// Moves the mean towards a beat by a share of their difference, less a level and the course of a baseline.
    private mutating func blend(
        _ beat: RingBeat, share: SIMD16<Float>, level: SIMD16<Float>, course: BaselineCourse
    ) {
        let step = window.step
        let peak = window.peak
        let complex = window.complex
        var smoother = CoarseBeat.Smoother(share: share, level: level, course: course, beat: coarse)
        levels.withUnsafeMutableBufferPointer { levels in
            coarse.withLevels { coarse in
                var position = 0
                for index in 0..<coarse.count {
                    var sum = SIMD16<Float>.zero
                    if complex.contains(position) {
                        for position in position..<position + step {
                            let instant = beat.held(position)
                            sum += instant
                            let time = Float(position - peak)
                            let old = levels[position - complex.lowerBound]
                            let baseline = level + (course.slope + course.curvature * time) * time
                            levels[position - complex.lowerBound] = old + (share * (instant - old) - baseline)
                        }
                    } else {
                        for position in position..<position + step { sum += beat.held(position) }
                    }
                    smoother.take(sum, index: index, into: coarse)
                    position += step
                }
                smoother.finish(into: coarse)
            }
        }
    }

    /// The mean square difference between a beat and the mean, offsets aside.
    private func deviation(
        of beat: RingBeat, pqLevel: SIMD16<Float>, wander course: BaselineCourse
    ) -> SIMD16<Float> {
        var sum = SIMD16<Float>.zero
        var squares = SIMD16<Float>.zero
        let first = window.peak - window.samples(Self.deviationBefore)
        let last = window.peak + window.samples(Self.deviationAfter)
        let interval = window.stride(Self.deviationInterval)
        let count = Float((last - first) / interval + 1)
        levels.withUnsafeBufferPointer { levels in
            var position = first
            while position <= last {
                let time = Float(position - window.peak)
                let mean = levels[position - window.complex.lowerBound]
                let difference =
                    beat.held(position) - pqLevel - (course.slope + course.curvature * time) * time - mean
                sum += difference
                squares += difference * difference
                position += interval
            }
        }
        let mean = sum / count
        return (squares / count - mean * mean).greater(.zero)
    }
}
