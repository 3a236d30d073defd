import ECGModel

/// The averaged beat smoothed and thinned to about 125 samples a second, for the waves that have nothing faster: P and T.
struct CoarseBeat: Sendable {
    let window: BeatWindow
    private(set) var levels: [SIMD16<Float>]

    init(window: BeatWindow) {
        self.window = window
        levels = Array(repeating: .zero, count: window.stepCount)
    }

    func prefetch() { levels.prefetch() }

    mutating func clear() {
        for index in levels.indices { levels[index] = .zero }
    }

    /// Takes the course of a baseline off.
    mutating func subtract(_ course: BaselineCourse) {
        for index in levels.indices {
            let time = position(of: Float(index)) - Float(window.peak)
            levels[index] -= (course.slope + course.curvature * time) * time
        }
    }

    @inline(__always)
    mutating func withColumn(_ quad: Int, _ body: (QuadColumn) -> Void) {
        levels.withUnsafeMutableBufferPointer { body(QuadColumn($0, quad: quad)) }
    }

    /// Samples a second.
    var rate: Float { Float(window.samplingRate.value) / Float(window.step) }

    /// The sample nearest to a position in the window, and the position that a sample stands for.
    func index(of position: Float) -> Int {
        let step = Float(window.step)
        return min(max(Int(((position - (step - 1) / 2) / step).rounded()), 0), levels.count - 1)
    }
    func position(of index: Float) -> Float { index * Float(window.step) + Float(window.step - 1) / 2 }

    func samples(_ duration: Milliseconds) -> Int { max(1, Int((Float(duration.value) / 1000 * rate).rounded())) }

    /// Blends the steps of a beat into a quad of the mean as they come: each is the mean of three neighbours with the
    /// middle counted twice.
    struct Smoother {
        private let blend: QuadBlend
        private let levels: QuadColumn
        private let quarter: Float
        private let step: SIMD4<Float>
        /// The middle of the step that is blended next, in samples from the R peak.
        private var time: SIMD4<Float>
        private var before = SIMD4<Float>.zero
        private var own = SIMD4<Float>.zero
        private var taken = 0

        init(_ blend: QuadBlend, window: BeatWindow, levels: QuadColumn) {
            self.blend = blend
            self.levels = levels
            quarter = 0.25 / Float(window.step)
            step = SIMD4(repeating: Float(window.step))
            time = SIMD4(repeating: Float(window.step - 1) / 2 - Float(window.peak))
        }

        /// Begins at a later step, whose sum and the one before are known.
        init(
            _ blend: QuadBlend, window: BeatWindow, levels: QuadColumn, atStep first: Int, before: SIMD4<Float>,
            own: SIMD4<Float>
        ) {
            self.init(blend, window: window, levels: levels)
            time += step * Float(first)
            (self.before, self.own) = (before, own)
            taken = first + 1
        }

        /// Takes the sum over the samples of a step.
        @inline(__always)
        mutating func take(_ sum: SIMD4<Float>) {
            if taken == 0 {
                before = sum
            } else {
                blendStep((before + own + own + sum) * quarter)
                before = own
            }
            own = sum
            taken &+= 1
        }

        @inline(__always)
        mutating func finish() {
            blendStep((before + own + own + own) * quarter)
        }

        /// Blends the step that was taken last but one.
        @inline(__always)
        private mutating func blendStep(_ instant: SIMD4<Float>) {
            levels[taken &- 1] = blend.moved(levels[taken &- 1], to: instant, at: time)
            time += step
        }
    }
}
