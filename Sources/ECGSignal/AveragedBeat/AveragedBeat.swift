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
    /// Deviation is measured from this long before the R peak to this long after: PQ segment to T peak.
    static let deviationBefore = Milliseconds(100)
    static let deviationAfter = Milliseconds(300)

    let window: BeatWindow
    private(set) var beatCount = 0
    /// The mean of the beats, each less its PQ level and the course of its baseline.
    private var levels: [SIMD16<Float>]
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
        levels = Array(repeating: .zero, count: window.count)
    }

    var isEmpty: Bool { beatCount == 0 }

    @inline(__always) subscript(_ position: Int) -> SIMD16<Float> { levels[position] }

    mutating func reset() {
        beatCount = 0
        weight = .zero
        lastShare = .zero
        deviationPower = .zero
        strayBeats = .zero
    }

    /// Replaces the last beat's wander by what is known now: the mean is linear in it, so that no beat need be kept.
    mutating func settle(_ course: BaselineCourse) {
        let slope = lastShare * (course.slope - lastWander.slope)
        let curvature = lastShare * (course.curvature - lastWander.curvature)
        for position in levels.indices {
            let time = Float(position - window.peak)
            levels[position] -= (slope + curvature * time) * time
        }
        lastShare = .zero
    }

    /// Takes a beat into the mean.
    mutating func add(
        _ beat: some BeatSource, pqLevel: SIMD16<Float>, wander course: BaselineCourse
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
                let usual = pointwiseMax(deviationPower, least) * (Self.freeDeviation * Self.freeDeviation)
                let isStray = power .> usual
                strayBeats = (strayBeats + 1).replacing(with: 0, where: .!isStray)
                trust.replace(with: usual / power, where: isStray .& (strayBeats .< Self.strayBeatsOfChange))
                // A stray beat may raise what is usual, so that lasting change is accepted, but only stepwise.
                let admitted = pointwiseMin(power, usual)
                deviationPower += (admitted - deviationPower) / min(Float(beatCount), Self.memoryBeats)
            } else {
                // Two beats differ by √2 of what each differs from the true mean.
                deviationPower = power / 2
            }
            weight = pointwiseMin(weight + trust, SIMD16(repeating: Self.memoryBeats))
            share = trust / weight
        }
        for position in levels.indices {
            let time = Float(position - window.peak)
            let level = beat[position] - pqLevel - (course.slope + course.curvature * time) * time
            levels[position] += share * (level - levels[position])
        }
        lastShare = share
        lastWander = course
        beatCount += 1
    }

    /// The mean square difference between a beat and the mean, offsets aside, every other sample.
    private func deviation(
        of beat: some BeatSource, pqLevel: SIMD16<Float>, wander course: BaselineCourse
    ) -> SIMD16<Float> {
        var sum = SIMD16<Float>.zero
        var squares = SIMD16<Float>.zero
        var count: Float = 0
        let first = max(0, window.peak - window.samples(Self.deviationBefore))
        let last = min(window.count - 1, window.peak + window.samples(Self.deviationAfter))
        for position in stride(from: first, through: last, by: 2) {
            let time = Float(position - window.peak)
            let difference =
                beat[position] - pqLevel - (course.slope + course.curvature * time) * time - self[position]
            sum += difference
            squares += difference * difference
            count += 1
        }
        let mean = sum / count
        return pointwiseMax(squares / count - mean * mean, .zero)
    }
}
