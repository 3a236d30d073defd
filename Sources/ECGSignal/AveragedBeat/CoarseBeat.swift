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

    @inline(__always)
    mutating func withLevels(_ body: (UnsafeMutableBufferPointer<SIMD16<Float>>) -> Void) {
        levels.withUnsafeMutableBufferPointer { body($0) }
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

    /// Blends the steps of a beat into the mean as they come: each is the mean of three neighbours with the middle
    /// counted twice.
    struct Smoother {
        private let share: SIMD16<Float>
        private let level: SIMD16<Float>
        private let course: BaselineCourse
        private let quarter: Float
        private let step: Float
        /// The first step's middle, in samples from the R peak.
        private let origin: Float
        private var before = SIMD16<Float>.zero
        private var own = SIMD16<Float>.zero

        init(share: SIMD16<Float>, level: SIMD16<Float>, course: BaselineCourse, beat: CoarseBeat) {
            self.share = share
            self.level = level
            self.course = course
            quarter = 0.25 / Float(beat.window.step)
            step = Float(beat.window.step)
            origin = beat.position(of: 0) - Float(beat.window.peak)
        }

        /// Takes the sum over the samples of a step.
        @inline(__always)
        mutating func take(
            _ sum: SIMD16<Float>, index: Int, into levels: UnsafeMutableBufferPointer<SIMD16<Float>>
        ) {

            if index == 0 {
                own = sum
                before = sum
                return
            }
            blend((before + own + own + sum) * quarter, at: index - 1, into: levels)
            before = own
            own = sum
        }

        mutating func finish(into levels: UnsafeMutableBufferPointer<SIMD16<Float>>) {
            blend((before + own + own + own) * quarter, at: levels.count - 1, into: levels)
        }

        @inline(__always)
        private func blend(
            _ instant: SIMD16<Float>, at index: Int, into levels: UnsafeMutableBufferPointer<SIMD16<Float>>
        ) {
            let time = origin + step * Float(index)
            let old = levels[index]
            levels[index] = old + (share * (instant - old) - (level + (course.slope + course.curvature * time) * time))
        }
    }
}
