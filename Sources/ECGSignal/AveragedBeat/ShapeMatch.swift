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
    /// Complexes that correlate by this lie over each other to the sample: even a broad one of 5 Hz, moved by 2 ms,
    /// correlates by no more than 0.998.
    static let alignedCorrelation: Float = 0.999
    /// A complex of the same shape but less than half or more than twice the size is an artefact or another beat.
    static let scales: ClosedRange<Float> = 0.5...2

    var isSame: Bool { correlation >= Self.leastCorrelation && Self.scales.contains(scale) }
}

/// A QRS complex kept for comparison.
struct QRSShape: Sendable {
    /// The part of the beat that is compared, and how far apart its samples are: a complex has little above 60 Hz.
    static let before = Milliseconds(60)
    static let after = Milliseconds(80)
    static let interval = Milliseconds(6)
    /// Shifts are tried in steps of this.
    static let shiftInterval = Milliseconds(4)
    /// A detector may place the R peak this far from where it placed it in the beat before, when it takes another
    /// deflection of the complex, or another part of a broad one, for the peak.
    static let longestShift = Milliseconds(64)

    private let window: BeatWindow
    private let first: Int
    private let interval: Int
    private let shiftInterval: Int
    /// Levels less their mean, lane by lane.
    private var levels: [SIMD16<Float>]
    private var energy = SIMD16<Float>.zero
    private let longestShiftSamples: Int

    init(window: BeatWindow) {
        self.window = window
        interval = window.stride(Self.interval)
        shiftInterval = window.stride(Self.shiftInterval)
        first = window.peak - window.samples(Self.before)
        let count = (window.samples(Self.before) + window.samples(Self.after)) / interval
        levels = Array(repeating: .zero, count: count)
        longestShiftSamples = window.samples(Self.longestShift)
    }

    func prefetch() { levels.prefetch() }

    /// Takes over the complex of a beat.
    mutating func copy(_ beat: some BeatSource) {
        var sum = SIMD16<Float>.zero
        for index in levels.indices {
            let level = beat[first + index * interval]
            levels[index] = level
            sum += level
        }
        let mean = sum / Float(levels.count)
        energy = .zero
        for index in levels.indices {
            let level = levels[index] - mean
            levels[index] = level
            energy += level * level
        }
    }

    /// Whether the ring holds enough of a beat to compare it.
    func isComparable(with beat: RingBeat) -> Bool { beat.isHeld(first..<first + levels.count * interval) }

    /// Compares a beat with this complex.
    /// - Parameters:
    ///   - shift: where the beat before lay best; a detector that takes another deflection for the peak mostly does so
    ///     again.
    ///   - weights: how much each lead counts.
    func match(_ beat: RingBeat, near shift: Int = 0, weights: SIMD16<Float>) -> ShapeMatch {
        let there = compare(beat, shift: shift, weights: weights)
        if there.correlation >= ShapeMatch.alignedCorrelation { return there }
        let near = climb(beat, from: there, weights: weights)
        if near.correlation >= ShapeMatch.leastCorrelation { return near }
        var best = near
        var shift = -longestShiftSamples
        while shift <= longestShiftSamples {
            let next = compare(beat, shift: shift, weights: weights)
            if next.correlation > best.correlation { best = next }
            shift += shiftInterval
        }
        return best.shift == near.shift ? near : climb(beat, from: best, weights: weights)
    }

    /// Uphill from a shift in steps, then to the summit of the parabola through the last three: the
    /// correlation of two waves is round, and its noise must not stop the climb.
    private func climb(_ beat: RingBeat, from start: ShapeMatch, weights: SIMD16<Float>) -> ShapeMatch {
        var best = start
        var earlier = compare(beat, shift: start.shift - shiftInterval, weights: weights)
        var later = compare(beat, shift: start.shift + shiftInterval, weights: weights)
        while earlier.correlation > best.correlation, isNear(earlier.shift, start.shift) {
            later = best
            best = earlier
            earlier = compare(beat, shift: best.shift - shiftInterval, weights: weights)
        }
        while later.correlation > best.correlation, isNear(later.shift, start.shift) {
            earlier = best
            best = later
            later = compare(beat, shift: best.shift + shiftInterval, weights: weights)
        }
        let bend = earlier.correlation - 2 * best.correlation + later.correlation
        guard bend < 0 else { return best }
        let summit = (earlier.correlation - later.correlation) / (2 * bend) * Float(shiftInterval)
        let rest = Int(summit.rounded())
        guard rest != 0, rest.magnitude < shiftInterval else { return best }
        best.shift += rest
        return best
    }

    private func isNear(_ shift: Int, _ start: Int) -> Bool { (shift - start).magnitude <= longestShiftSamples }

    private func compare(_ beat: RingBeat, shift: Int, weights: SIMD16<Float>) -> ShapeMatch {
        let start = first + shift
        guard beat.isHeld(start..<start + levels.count * interval) else {
            return ShapeMatch(shift: shift, correlation: 0, scale: 0)
        }
        let reference = beat.held(start)
        var sum = SIMD16<Float>.zero
        var squares = SIMD16<Float>.zero
        var product = SIMD16<Float>.zero
        levels.withUnsafeBufferPointer { levels in
            var position = start
            for own in levels {
                let level = beat.held(position) - reference
                sum += level
                squares += level * level
                product += level * own
                position += interval
            }
        }
        let beatEnergy = (squares - sum * sum / Float(levels.count)).greater(.zero)
        let together = (product * weights).total
        let own = (beatEnergy * weights).total
        let other = (energy * weights).total
        let norm = (own * other).squareRoot()
        guard norm > 0 else { return ShapeMatch(shift: shift, correlation: 0, scale: 0) }
        return ShapeMatch(shift: shift, correlation: together / norm, scale: (own / other).squareRoot())
    }
}
