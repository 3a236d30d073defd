import ECGModel

/// Where the P wave of all leads together begins and peaks.
struct PWave: Sendable, Hashable {
    /// Positions in the ``BeatWindow``.
    var onset: Float
    var peak: Float
}

/// Finds the P wave of the averaged beat in the sum of all leads' deflections.
struct PWaveDelineator: Sendable {
    /// A P wave peaks at most this long before the QRS onset (a PR interval of 320 ms) and at least this long before it.
    static let earliestPeak = Milliseconds(260)
    static let latestPeak = Milliseconds(30)
    /// It has come to rest this long before its peak: half of a P wave of 160 ms.
    static let referenceDistance = Milliseconds(80)
    /// After the T wave of the beat before, this much must pass.
    static let afterTWave = Milliseconds(20)
    /// A P wave's mean deflection over the leads is at least this many millivolts,
    static let leastAmplitude: Float = 0.02
    /// and at least this multiple of the averaged beat's noise: averaged fibrillation is smaller.
    static let leastOverNoise: Float = 1.5
    /// The mean distance of the trapezium's corner from the hand-set marks on LUDB's open half.
    static let onsetBias = Milliseconds(0)

    /// Whether the search for the P wave lies wholly behind a T wave that ends at a position in the beat's window.
    static func searches(behind previousTEnd: Float, _ boundaries: QRSBoundaries, in window: BeatWindow) -> Bool {
        previousTEnd <= boundaries.onset
            - window.span(earliestPeak + referenceDistance + afterTWave + BeatWindow.coarseInterval)
    }

    /// - Parameters:
    ///   - previousTEnd: where the T wave of the beat before ends, as a position in this beat's window.
    ///   - noise: mean noise of the averaged beat over the leads, millivolts.
    static func delineate(
        _ beat: CoarseBeat, boundaries: QRSBoundaries, previousTEnd: Float?, noise: Float, weights: SIMD16<Float>
    ) -> PWave? {
        let window = beat.window
        let total = weights.total
        let end = beat.index(of: boundaries.onset - window.span(Milliseconds(8)))
        var first = beat.index(of: boundaries.onset - window.span(earliestPeak))
        var floor = 1
        if let previousTEnd {
            floor = max(floor, beat.index(of: previousTEnd + window.span(afterTWave)))
            first = max(first, floor)
        }
        let last = beat.index(of: boundaries.onset - window.span(latestPeak))
        guard total > 0, first < last, last < end else { return nil }

        // Deflections from the chord that joins the rest before the wave with the PQ segment.
        let start = max(floor, first - beat.samples(referenceDistance))
        let chord = (beat.levels[end] - beat.levels[start]) / Float(end - start)
        func size(_ index: Int) -> Float {
            let deflection = beat.levels[index] - beat.levels[start] - chord * Float(index - start)
            return (deflection.magnitudes * weights).total / total
        }
        var peak = first
        var largest: Float = 0
        for index in first...last {
            let own = size(index)
            if own > largest {
                largest = own
                peak = index
            }
        }
        guard largest > leastAmplitude, largest > leastOverNoise * noise, peak > first, peak < last else { return nil }
        let reference = max(start, peak - beat.samples(referenceDistance))
        var steepest = peak
        var rise: Float = 0
        for index in reference + 1..<max(reference + 2, peak) {
            let climb = size(index + 1) - size(index - 1)
            if climb > rise {
                rise = climb
                steepest = index
            }
        }
        let edge = Trapezium.edge(
            steepest: steepest, reference: max(start, steepest - beat.samples(referenceDistance)), level: size)
        return PWave(
            onset: beat.position(of: edge) + window.span(onsetBias), peak: beat.position(of: Float(peak)))
    }
}
