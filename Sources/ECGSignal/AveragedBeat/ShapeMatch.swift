import ECGModel

/// How well the QRS complex of a beat lies over that of another, and where it does so best.
struct ShapeMatch: Sendable {
    /// How far the beat must be moved for the complexes to lie over each other best, in samples.
    var shift: Int
    /// Correlation of the complexes over all leads, 1 if they are alike.
    var correlation: Float
    /// The beat's size as a multiple of the other's.
    var scale: Float

    /// Beats of one origin correlate above this: on the open halves of MIT-BIH and LUDB normal beats do by 0.97 in the
    /// median, ventricular ones with normal ones by 0.4.
    static let leastCorrelation: Float = 0.9
    /// A complex of the same shape but less than half or more than twice the size is an artefact or another beat.
    static let scales: ClosedRange<Float> = 0.5...2

    var isSame: Bool { correlation >= Self.leastCorrelation && Self.scales.contains(scale) }
}

/// A QRS complex kept for comparison.
struct QRSShape: Sendable {
    /// The part of the beat that is compared.
    static let before = Milliseconds(60)
    static let after = Milliseconds(80)
    /// A detector may place the R peak this far from where it placed it in the beat before.
    static let longestShift = Milliseconds(24)

    private let window: BeatWindow
    let positions: Range<Int>
    /// Levels less their mean, lane by lane.
    private var levels: [SIMD16<Float>]
    private var energy = SIMD16<Float>.zero
    private let longestShiftSamples: Int

    init(window: BeatWindow) {
        self.window = window
        positions = window.peak - window.samples(Self.before)..<window.peak + window.samples(Self.after)
        levels = Array(repeating: .zero, count: positions.count)
        longestShiftSamples = window.samples(Self.longestShift)
    }

    /// Takes over the complex of a beat.
    mutating func copy(_ beat: some BeatSource) {
        let mean = beat.mean(over: positions)
        energy = .zero
        for position in positions {
            let level = beat[position] - mean
            levels[position - positions.lowerBound] = level
            energy += level * level
        }
    }

    /// Compares a beat with this complex.
    /// - Parameter weights: how much each lead counts.
    func match(_ beat: RingBeat, weights: SIMD16<Float>) -> ShapeMatch {
        var best = compare(beat, shift: 0, weights: weights)
        // Downhill from the detector's peak: the measure has one summit within the complex.
        for direction in [1, -1] {
            var shift = direction
            var improved = false
            while shift.magnitude <= longestShiftSamples {
                let next = compare(beat, shift: shift, weights: weights)
                guard next.correlation > best.correlation else { break }
                best = next
                improved = true
                shift += direction
            }
            if improved { break }
        }
        return best
    }

    private func compare(_ beat: RingBeat, shift: Int, weights: SIMD16<Float>) -> ShapeMatch {
        let first = positions.lowerBound + shift
        let reference = beat[first]
        var sum = SIMD16<Float>.zero
        var squares = SIMD16<Float>.zero
        var product = SIMD16<Float>.zero
        for index in levels.indices {
            let level = beat[first + index] - reference
            sum += level
            squares += level * level
            product += level * levels[index]
        }
        let beatEnergy = pointwiseMax(squares - sum * sum / Float(levels.count), .zero)
        let together = (product * weights).total
        let own = (beatEnergy * weights).total
        let other = (energy * weights).total
        let norm = (own * other).squareRoot()
        guard norm > 0 else { return ShapeMatch(shift: shift, correlation: 0, scale: 0) }
        return ShapeMatch(shift: shift, correlation: together / norm, scale: (own / other).squareRoot())
    }
}
