import ECGModel

/// Finds the R peak of a detected complex in the raw samples: the largest deflection over the leads, weighted by how
/// much each contributes to the detection.
enum RPeak {
    /// Half of the stretch searched around the envelope's peak, and the stretch beyond whose mean is the base line.
    private static let searchMilliseconds = 60.0
    private static let baseMilliseconds = 100.0
    /// How far from the envelope's peak samples are looked at.
    static let reachSeconds = baseMilliseconds / 1000

    static func locate(
        near centre: SampleIndex, in ring: SampleRing, weights: SIMD16<Float>, samplingRate: Hertz
    ) -> SampleIndex {
        ring.withView { locate(near: centre, in: $0, weights: weights, samplingRate: samplingRate) }
    }

    private static func locate(
        near centre: SampleIndex, in ring: SampleRing.View, weights: SIMD16<Float>, samplingRate: Hertz
    ) -> SampleIndex {
        let reach = Milliseconds(searchMilliseconds).samples(at: samplingRate)
        let base = Milliseconds(baseMilliseconds).samples(at: samplingRate)
        let first = max(ring.startSample, centre - reach)
        let last = min(ring.endSample - 1, centre + reach)
        guard first < last else { return min(max(centre, 0), max(0, ring.endSample - 1)) }
        let left = max(ring.startSample, centre - base)
        let right = min(ring.endSample - 1, centre + base)
        var sum = SIMD16<Float>.zero
        for i in left...right { sum += ring[i] }
        let level = sum / Float(right - left + 1)
        let squaredWeights = weights * weights
        var best = centre
        var largest: Float = -1
        for i in first...last {
            let d = ring[i] - level
            // The envelope's peak lies in the middle of the complex: nearness decides between equals.
            let distance = Float(i - centre) / Float(reach)
            let size = (d * d * squaredWeights).total * (1 - 0.5 * distance * distance)
            if size > largest {
                largest = size
                best = i
            }
        }
        return best
    }
}
