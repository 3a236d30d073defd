import ECGModel

/// The averaged beat smoothed and thinned to about 125 samples a second, for the waves that have nothing faster: P and T.
struct CoarseBeat: Sendable {
    /// P and T waves have no energy above 30 Hz worth following; 8 ms is half of the finest step a reader tells on paper.
    static let interval = Milliseconds(8)

    let window: BeatWindow
    /// Samples of the recording in one of these.
    let step: Int
    private(set) var levels: [SIMD16<Float>]

    init(window: BeatWindow) {
        self.window = window
        step = window.samples(Self.interval)
        levels = Array(repeating: .zero, count: window.count / step)
    }

    /// Samples a second.
    var rate: Float { Float(window.samplingRate.value) / Float(step) }

    /// Takes over a beat: means of blocks, then of three neighbours with the middle counted twice.
    mutating func copy(_ beat: some BeatSource) {
        for index in levels.indices {
            levels[index] = beat.mean(over: index * step..<(index + 1) * step)
        }
        var before = levels[0]
        for index in 1..<levels.count - 1 {
            let own = levels[index]
            levels[index] = before * 0.25 + own * 0.5 + levels[index + 1] * 0.25
            before = own
        }
    }

    /// The sample nearest to a position in the window, and the position that a sample stands for.
    func index(of position: Float) -> Int {
        min(max(Int(((position - Float(step - 1) / 2) / Float(step)).rounded()), 0), levels.count - 1)
    }
    func position(of index: Float) -> Float { index * Float(step) + Float(step - 1) / 2 }

    func samples(_ duration: Milliseconds) -> Int { max(1, Int((Float(duration.value) / 1000 * rate).rounded())) }
}

/// The end of a wave by the largest trapezium (Vázquez-Seisdedos et al. 2011, after Zhang et al. 2006): of all points
/// behind the wave's steepest one, that which spans the largest area with it and a reference point behind the wave. It
/// takes no threshold, so that amplitude and noise hardly move it.
enum Trapezium {
    /// - Parameters:
    ///   - steepest: where the wave falls fastest.
    ///   - reference: a point behind the wave; before the steepest one when the wave's start is sought.
    ///   - level: the wave's height at an index, positive.
    /// - Returns: the index, with the fraction by a parabola through the neighbouring areas.
    static func edge(steepest: Int, reference: Int, level: (Int) -> Float) -> Float {
        let direction = reference >= steepest ? 1 : -1
        let span = (reference - steepest) * direction
        guard span > 1 else { return Float(reference) }
        let height = level(steepest)
        func area(_ distance: Int) -> Float {
            (height - level(steepest + distance * direction)) * Float(2 * span - distance)
        }
        var best = 0
        var largest = area(0)
        for distance in 1..<span {
            let next = area(distance)
            if next > largest {
                largest = next
                best = distance
            }
        }
        var fraction: Float = 0
        if best > 0 {
            let before = area(best - 1)
            let after = area(best + 1)
            let bend = before - 2 * largest + after
            if bend < 0 { fraction = min(0.5, max(-0.5, (before - after) / (2 * bend))) }
        }
        return Float(steepest) + (Float(best) + fraction) * Float(direction)
    }
}
