import ECGModel

/// Where the T wave of all leads together peaks and ends.
struct TWave: Sendable, Hashable {
    /// Positions in the ``BeatWindow``.
    var peak: Float
    var end: Float
}

/// Finds the T wave of the averaged beat.
///
/// The peak is sought in the sum of all leads' deflections, so that a lead whose T wave is flat or biphasic takes the
/// others' word; the end is found in each lead behind that peak and averaged by the leads' T amplitudes. The limits were
/// chosen on the open half of the QT database (Laguna et al. 1997, marks q1c).
struct TWaveDelineator: Sendable {
    /// The wave begins no earlier than this after the J point.
    static let afterJPoint = Milliseconds(60)
    /// The peak comes no later after the R peak than this many seconds times the root of the RR interval in seconds, and
    /// the end no later than that: Bazett's QT of 500 ms less the 50 ms from QRS onset to R peak, and more.
    static let latestPeak: Float = 0.44
    static let latestEnd: Float = 0.5
    /// Room for the next beat's P wave and PR interval before its R peak: this long, or at high rates this part of the
    /// RR interval.
    static let nextPWave = Milliseconds(240)
    static let nextPWavePart = 0.36
    /// At high rates the search begins sooner after the J point: after this part of the RR interval.
    static let afterJPointPart = 0.1
    /// A lead's own peak may lie this far from that of all leads.
    static let peakSpread = Milliseconds(64)
    /// The steepest fall comes within this time after the peak.
    static let longestFall = Milliseconds(144)
    /// The trapezium's reference point behind the steepest fall: with a longer one a U wave or the drift to the next
    /// P wave is taken for the T wave's tail.
    static let referenceDistance = Milliseconds(120)
    /// The mean distance of the trapezium's corner from the hand-set marks: it lies a little outside the tangent's foot.
    static let endBias = Milliseconds(-10)
    /// A T wave below this mean deflection over the leads, in millivolts, is flat: its end cannot be seen.
    static let leastAmplitude: Float = 0.02

    static func delineate(
        _ beat: CoarseBeat, boundaries: QRSBoundaries, interval: Milliseconds, weights: SIMD16<Float>
    ) -> TWave? {
        let window = beat.window
        let root = Float((interval.value / 1000).squareRoot())
        let peakPosition = Float(window.peak)
        let second = Float(window.samplingRate.value)
        let start = beat.index(
            of: boundaries.jPoint + window.span(min(afterJPoint, interval * afterJPointPart)))
        let nextWave = peakPosition + window.span(interval - min(nextPWave, interval * nextPWavePart))
        let end = min(beat.levels.count - 2, beat.index(of: min(nextWave, peakPosition + latestEnd * root * second)))
        let lastPeak = min(beat.index(of: peakPosition + latestPeak * root * second), end - 5)
        guard lastPeak > start + 1 else { return nil }

        let chord = (beat.levels[end] - beat.levels[start]) / Float(end - start)
        func deflection(_ index: Int) -> SIMD16<Float> {
            beat.levels[index] - beat.levels[start] - chord * Float(index - start)
        }
        var peak = start
        var largest: Float = 0
        for index in start...lastPeak {
            let size = (deflection(index).magnitudes * weights).total
            if size > largest {
                largest = size
                peak = index
            }
        }
        guard largest > leastAmplitude * weights.total else { return nil }

        let spread = beat.samples(peakSpread)
        let fallReach = beat.samples(longestFall)
        let referenceReach = beat.samples(referenceDistance)
        let first = max(start, peak - spread)
        let last = min(end - 2, peak + spread)
        guard first <= last else { return nil }
        var sum: Float = 0
        var total: Float = 0
        for lane in 0..<16 where weights[lane] > 0 {
            let startLevel = beat.levels[start][lane]
            let slope = chord[lane]
            func height(_ index: Int) -> Float {
                beat.levels[index][lane] - startLevel - slope * Float(index - start)
            }
            var own = first
            var ownHeight = height(first)
            for index in first...last where height(index).magnitude > ownHeight.magnitude {
                own = index
                ownHeight = height(index)
            }
            let sign: Float = ownHeight < 0 ? -1 : 1
            func level(_ index: Int) -> Float { beat.levels[index][lane] * sign }
            var steepest = own
            var fall: Float = 0
            for index in own..<max(own + 1, min(end - 1, own + fallReach)) {
                let drop = level(max(0, index - 1)) - level(index + 1)
                if drop > fall {
                    fall = drop
                    steepest = index
                }
            }
            let reference = min(end, steepest + referenceReach)
            let edge = Trapezium.edge(steepest: steepest, reference: reference, level: level)
            let share = ownHeight.magnitude * weights[lane]
            sum += share * edge
            total += share
        }
        guard total > 0 else { return nil }
        return TWave(
            peak: beat.position(of: Float(peak)), end: beat.position(of: sum / total) + window.span(endBias))
    }
}
