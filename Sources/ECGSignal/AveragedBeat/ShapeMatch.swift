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

    /// What a baseline climbs or falls by, in millivolts a second: by 1.9 with 1 mV of peak at 0.3 Hz.
    static let steepestWander = 2.0

    private let window: BeatWindow
    private let first: Int
    private let interval: Int
    private let shiftInterval: Int
    /// Levels less their mean, lane by lane.
    private var levels: [SIMD16<Float>]
    private var energy = SIMD16<Float>.zero
    /// The slope of the straight line through the levels, an interval.
    private var slope = SIMD16<Float>.zero
    private let longestShiftSamples: Int
    /// ``steepestWander`` an interval.
    private let steepest: Float

    init(window: BeatWindow) {
        self.window = window
        interval = window.stride(Self.interval)
        shiftInterval = window.stride(Self.shiftInterval)
        first = window.peak - window.samples(Self.before)
        let count = (window.samples(Self.before) + window.samples(Self.after)) / interval
        levels = Array(repeating: .zero, count: count)
        steepest = Float(Self.steepestWander * Double(interval) / window.samplingRate.value)
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
        var tilt = SIMD16<Float>.zero
        for index in levels.indices {
            let level = levels[index] - mean
            levels[index] = level
            energy += level * level
            tilt += level * time(of: index)
        }
        slope = tilt / timeSquares
    }

    /// When a level was taken, in intervals from the middle, and the sum of the squares of all.
    private func time(of index: Int) -> Float { Float(index) - Float(levels.count - 1) / 2 }
    private var timeSquares: Float {
        let count = Float(levels.count)
        return count * (count * count - 1) / 12
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

    /// The same near a shift where the baselines of both are still in them: by as much as they differ in slope, but no more
    /// than ``steepestWander``, the beat is turned.
    func matchTurned(_ beat: RingBeat, near shift: Int, weights: SIMD16<Float>) -> ShapeMatch {
        let there = compare(beat, shift: shift, weights: weights, isTurned: true)
        return climb(beat, from: there, weights: weights, isTurned: true)
    }

    /// Uphill from a shift in steps, then to the summit of the parabola through the last three: the
    /// correlation of two waves is round, and its noise must not stop the climb.
    private func climb(
        _ beat: RingBeat, from start: ShapeMatch, weights: SIMD16<Float>, isTurned: Bool = false
    ) -> ShapeMatch {
        func compare(shift: Int) -> ShapeMatch {
            self.compare(beat, shift: shift, weights: weights, isTurned: isTurned)
        }
        var best = start
        var earlier = compare(shift: start.shift - shiftInterval)
        var later = compare(shift: start.shift + shiftInterval)
        while earlier.correlation > best.correlation, isNear(earlier.shift, start.shift) {
            later = best
            best = earlier
            earlier = compare(shift: best.shift - shiftInterval)
        }
        while later.correlation > best.correlation, isNear(later.shift, start.shift) {
            earlier = best
            best = later
            later = compare(shift: best.shift + shiftInterval)
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

    private func compare(
        _ beat: RingBeat, shift: Int, weights: SIMD16<Float>, isTurned: Bool = false
    ) -> ShapeMatch {
        let start = first + shift
        guard beat.isHeld(start..<start + levels.count * interval) else {
            return ShapeMatch(shift: shift, correlation: 0, scale: 0)
        }
        let reference = beat.held(start)
        var sum = SIMD16<Float>.zero
        var squares = SIMD16<Float>.zero
        var product = SIMD16<Float>.zero
        var tilt = SIMD16<Float>.zero
        levels.withUnsafeBufferPointer { levels in
            var position = start
            var time = time(of: 0)
            for own in levels {
                let level = beat.held(position) - reference
                sum += level
                squares += level * level
                product += level * own
                if isTurned {
                    tilt += level * time
                    time += 1
                }
                position += interval
            }
        }
        var beatEnergy = squares - sum * sum / Float(levels.count)
        if isTurned {
            let turn = (tilt / timeSquares - slope).greater(SIMD16(repeating: -steepest))
                .lesser(SIMD16(repeating: steepest))
            product -= turn * slope * timeSquares
            beatEnergy += turn * (turn * timeSquares - 2 * tilt)
        }
        let together = (product * weights).total
        let own = (beatEnergy.greater(.zero) * weights).total
        let other = (energy * weights).total
        let norm = (own * other).squareRoot()
        guard norm > 0 else { return ShapeMatch(shift: shift, correlation: 0, scale: 0) }
        return ShapeMatch(shift: shift, correlation: together / norm, scale: (own / other).squareRoot())
    }
}
