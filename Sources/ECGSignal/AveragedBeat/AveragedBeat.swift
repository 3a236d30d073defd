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

    /// How far, in millivolts, the baseline of the last beat must turn out to lead the mean astray at ``deviationAfter``: the
    /// error that ST levels, which are read earlier, are allowed.
    static let leastStraying: Float = 0.025

    /// Less than this part of the mean without the last beat cannot be made whole again: rounding would be seen.
    static let leastRest: Float = 0.1

    let window: BeatWindow
    /// Vectors of four channels that the recording fills.
    private let quads: Int
    private(set) var beatCount = 0
    /// The mean of the beats over the window's complex, each less its PQ level and the course of its baseline.
    private var levels: [SIMD16<Float>]
    /// The same over the whole window, thinned.
    private(set) var coarse: CoarseBeat
    /// The beats that the mean of each lead stands for.
    private var weight = SIMD16<Float>.zero
    /// What part of the mean the last beat is, and the wander it came with.
    private var lastShare = SIMD16<Float>.zero
    private var lastPQLevel = SIMD16<Float>.zero
    private var lastWander = BaselineCourse()
    /// For how many beats in a row each lead has strayed.
    private var strayBeats = SIMD16<Float>.zero
    /// Mean square deviation of single beats from the mean, mV².
    private(set) var deviationPower = SIMD16<Float>.zero

    init(window: BeatWindow, channelCount: Int) {
        self.window = window
        quads = SIMD16<Float>.quads(forChannels: channelCount)
        levels = Array(repeating: .zero, count: window.complex.count)
        coarse = CoarseBeat(window: window)
    }

    func prefetch() {
        levels.prefetch()
        coarse.prefetch()
    }

    var isEmpty: Bool { beatCount == 0 }

    /// How many beats are remembered: in a running mean over beats the latest is one part in so many.
    var beatsRemembered: Float { min(Float(beatCount), Self.memoryBeats) }

    /// The mean at a position of the window's complex.
    @inline(__always) subscript(_ position: Int) -> SIMD16<Float> {
        assert(window.complex.contains(position), "the mean is kept over the complex")
        let place = (position &- window.complex.lowerBound) &* MemoryLayout<SIMD16<Float>>.stride
        return levels.withUnsafeBytes { $0.load(fromByteOffset: place, as: SIMD16<Float>.self) }
    }

    /// Four channels of it.
    @inline(__always) subscript(_ position: Int, quad quad: Int) -> SIMD4<Float> {
        assert(window.complex.contains(position), "the mean is kept over the complex")
        let place = (position &- window.complex.lowerBound) &* SampleRing.quadsPerInstant &+ quad
        return levels.withUnsafeBytes {
            $0.load(fromByteOffset: place &* MemoryLayout<SIMD4<Float>>.stride, as: SIMD4<Float>.self)
        }
    }

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
                deviationPower += (admitted - deviationPower) / beatsRemembered
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
        lastPQLevel = pqLevel
        lastWander = course
        beatCount += 1
    }

    /// Takes the end of the last beat out of the thinned mean, from a position on: another beat has begun there.
    ///
    /// Leads for which the last beat is all that the mean holds keep it. Hum is left in: thinned, it is 7 % of what it was.
    ///
    /// - Parameter beat: the last beat, of which the ring holds the instants from two steps before the position on.
    mutating func retract(_ beat: RingBeat, from position: Int) {
        let first = position / window.step
        guard first > 0, first < window.stepCount else { return }
        // With the rest of the mean, what is left without the beat is the mean of the others.
        let rest = (1 - lastShare).replacing(with: 1, where: lastShare .> 1 - Self.leastRest)
        let share = -(lastShare / rest).replacing(with: 0, where: lastShare .> 1 - Self.leastRest)
        for quad in 0..<quads {
            let quadShare = share.quad(quad)
            let blend = QuadBlend(
                share: quadShare, level: quadShare * lastPQLevel.quad(quad),
                slope: quadShare * lastWander.slope.quad(quad),
                curvature: quadShare * lastWander.curvature.quad(quad))
            coarse.withColumn(quad) { coarse in
                beat.withWalk(from: (first - 1) * window.step, quad: quad) { walk in
                    var walk = walk
                    func nextStep() -> SIMD4<Float> {
                        var sum = SIMD4<Float>.zero
                        for _ in 0..<window.step { sum += walk.next() }
                        return sum
                    }
                    let before = nextStep()
                    var smoother = CoarseBeat.Smoother(
                        blend, window: window, levels: coarse, atStep: first, before: before, own: nextStep())
                    for _ in first + 1..<window.stepCount { smoother.take(nextStep()) }
                    smoother.finish()
                }
            }
        }
    }

    /// Puts the baseline of the last beat right where no beat follows that could be added, in the leads where that matters: a
    /// PQ level has its noise, too.
    mutating func straighten(_ final: BaselineCourse) {
        let (slopeChange, curvatureChange) = (final.slope - lastWander.slope, final.curvature - lastWander.curvature)
        let end = window.span(Self.deviationAfter)
        let change = lastShare * (slopeChange + curvatureChange * end) * end
        let power = change * change
        let share = lastShare.replacing(with: 0, where: power .< Self.leastStraying * Self.leastStraying)
        let slope = share * slopeChange
        let curvature = share * curvatureChange
        lastWander = final
        for index in levels.indices {
            let time = Float(index + window.complex.lowerBound - window.peak)
            levels[index] -= (slope + curvature * time) * time
        }
        coarse.subtract(BaselineCourse(slope: slope, curvature: curvature))
    }

    /// Moves the mean towards a beat by a share of their difference, less a level and the course of a baseline.
    ///
    /// Quad by quad: what all sixteen lanes need of constants does not fit the processor's registers.
    private mutating func blend(
        _ beat: RingBeat, share: SIMD16<Float>, level: SIMD16<Float>, course: BaselineCourse
    ) {
        for quad in 0..<quads {
            let blend = QuadBlend(
                share: share.quad(quad), level: level.quad(quad), slope: course.slope.quad(quad),
                curvature: course.curvature.quad(quad))
            levels.withUnsafeMutableBufferPointer { levels in
                let levels = QuadColumn(levels, quad: quad)
                coarse.withColumn(quad) { coarse in
                    beat.withWalk(from: 0, quad: quad) { Self.blend($0, by: blend, into: levels, coarse, window) }
                }
            }
        }
    }

    @inline(__always)
    private static func blend(
        _ beat: RingBeat.Walk, by blend: QuadBlend, into levels: QuadColumn, _ coarse: QuadColumn, _ window: BeatWindow
    ) {
        let step = window.step
        let complexSteps = window.complex.lowerBound / step..<window.complex.upperBound / step
        var beat = beat
        var smoother = CoarseBeat.Smoother(blend, window: window, levels: coarse)
        var index = 0
        var time = SIMD4(repeating: Float(window.complex.lowerBound - window.peak))
        for stepIndex in 0..<window.stepCount {
            var sum = SIMD4<Float>.zero
            if complexSteps.contains(stepIndex) {
                for _ in 0..<step {
                    let instant = beat.next()
                    sum += instant
                    levels[index] = blend.moved(levels[index], to: instant, at: time)
                    index &+= 1
                    time += 1
                }
            } else {
                for _ in 0..<step { sum += beat.next() }
            }
            smoother.take(sum)
        }
        smoother.finish()
    }

    /// The mean square difference between a beat and the mean, offsets aside.
    private func deviation(
        of beat: RingBeat, pqLevel: SIMD16<Float>, wander course: BaselineCourse
    ) -> SIMD16<Float> {
        var power = SIMD16<Float>.zero
        let first = window.peak - window.samples(Self.deviationBefore)
        let last = window.peak + window.samples(Self.deviationAfter)
        let interval = window.stride(Self.deviationInterval)
        let looks = (last - first) / interval + 1
        levels.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for quad in 0..<quads {
                let levels = QuadMemory(base + quad * MemoryLayout<SIMD4<Float>>.stride)
                let (level, slope, curvature) = (
                    pqLevel.quad(quad), course.slope.quad(quad), course.curvature.quad(quad)
                )
                var sum = SIMD4<Float>.zero
                var squares = SIMD4<Float>.zero
                var time = SIMD4(repeating: Float(first - window.peak))
                var place = (first - window.complex.lowerBound) * SampleRing.quadsPerInstant
                beat.withWalk(from: first, by: interval, quad: quad) { beat in
                    var beat = beat
                    for _ in 0..<looks {
                        let difference = beat.next() - level - (slope + curvature * time) * time - levels[place]
                        sum += difference
                        squares += difference * difference
                        place &+= interval &* SampleRing.quadsPerInstant
                        time += Float(interval)
                    }
                }
                let mean = sum / Float(looks)
                power.setQuad(quad, (squares / Float(looks) - mean * mean).greater(.zero))
            }
        }
        return power
    }
}

/// How a quad of a mean moves towards a beat: by a share of their difference, less a level and the course of a baseline.
struct QuadBlend {
    let share: SIMD4<Float>
    let level: SIMD4<Float>
    let slope: SIMD4<Float>
    let curvature: SIMD4<Float>

    /// - Parameter time: from the R peak, in samples.
    @inline(__always)
    func moved(_ mean: SIMD4<Float>, to instant: SIMD4<Float>, at time: SIMD4<Float>) -> SIMD4<Float> {
        mean + (share * (instant - mean) - (level + (slope + curvature * time) * time))
    }
}
